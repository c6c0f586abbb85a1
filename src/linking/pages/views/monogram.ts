import { initialOf } from '../../../domain/text.ts';
import { html } from '../../../web/html.ts';

/** How many `tint-…` classes the stylesheet has. */
const tints = 6;

/** A coloured tile with a name's first letter. Platforms' own logos are trademarks, which we have no licence for. */
export function monogram(name: string) {
  return html`<span class="monogram tint-${tintOf(name)}" aria-hidden="true"
    >${initialOf(name)}</span
  >`;
}

/** The same name has the same colour on every page; neighbours in a list mostly have different ones. */
function tintOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % tints;
}
