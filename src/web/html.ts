import { html as template } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** Finished HTML, which is inserted into other HTML unchanged. */
export type Html = HtmlEscapedString;

/** A value in an HTML template: text is escaped, HTML is not, and `undefined` and `false` produce nothing. */
type Part = Html | string | number | false | undefined | readonly Part[];

/** Builds HTML and escapes text. Attributes must be quoted for this to be safe. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  // The result is a promise only if a part is one, which the type of the parts excludes.
  return template(strings, ...parts) as Html;
}
