import { html as template } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** Finished HTML, which is put into other HTML as it is. */
export type Html = HtmlEscapedString;

/** What may stand in HTML: text is escaped, HTML is not, and what is `undefined` or `false` leaves nothing. */
type Part = Html | string | number | false | undefined | readonly Part[];

/** Escapes by default; attributes must be quoted for this to hold. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  // A promise comes out only where one went in, which the type of the parts excludes.
  return template(strings, ...parts) as Html;
}
