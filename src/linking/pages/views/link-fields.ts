import { html, type Html } from '../../../web/html.ts';

/** The parameters of the link's URL that each form of a page sends again, by name; no code if the cookie is enough. */
export type LinkFields = readonly (readonly [name: string, value: string])[];

/** Renders hidden form fields for the parameters of the link's URL. */
export function linkFields(fields: LinkFields): readonly Html[] {
  return fields.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
}
