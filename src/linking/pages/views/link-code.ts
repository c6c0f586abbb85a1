import { html } from '../../../web/html.ts';

/** Carries the code of the link on with a form; nothing where the browser's cookie suffices. */
export function linkCode(code: string | undefined) {
  return code !== undefined && html`<input type="hidden" name="code" value="${code}" />`;
}
