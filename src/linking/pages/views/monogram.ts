import { initialOf } from '../../../domain/text.ts';
import { html } from '../../../web/html.ts';

/** The number of `tint-…` classes in the stylesheet. */
const tints = 6;

/** Renders a coloured tile with a name's first letter. Platforms' logos are trademarks and would need a licence. */
export function monogram(name: string) {
  return html`<span class="monogram tint-${tintOf(name)}" aria-hidden="true"
    >${initialOf(name)}</span
  >`;
}

/** Returns the same tint for a name on every page. Neighbours in a list mostly get different tints. */
function tintOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % tints;
}
