import { html } from '../../../web/html.ts';

/** Renders a hidden form field with the code of the link; nothing if the browser's cookie is enough. */
export function linkCode(code: string | undefined) {
  return code !== undefined && html`<input type="hidden" name="code" value="${code}" />`;
}
