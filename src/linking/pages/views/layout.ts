import { mark } from './icons.ts';
import { html, type Html } from '../../../web/html.ts';

/** A path of this server, which no view can mistake for an address elsewhere or for a script. */
export type Path = `/${string}`;

/** What all pages of a gateway have in common. */
export interface Site {
  /** Where `link.css` is served. */
  readonly stylesheet: Path;
  /** On whose behalf the company's people are asked, as they know it, such as the lender's name. */
  readonly applicationName: string | undefined;
}

interface Content {
  /** Never names the company: titles stay in the browser's history, which others may see. */
  readonly title: string;
  /** Whether the page is read from top to bottom, in one narrow column. */
  readonly narrow: boolean;
  readonly main: Html;
}

/** The frame of every page. It needs no script, and no style but its stylesheet. */
export function layout({ stylesheet, applicationName }: Site, { title, narrow, main }: Content) {
  const name = applicationName ?? 'Connexions';
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title} – ${name}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="referrer" content="no-referrer" />
        <meta name="format-detection" content="telephone=no" />
        <link rel="stylesheet" href="${stylesheet}" />
      </head>
      <body>
        <header class="masthead">
          <p class="brand">${mark}<bdi>${name}</bdi></p>
        </header>
        <main class="${narrow ? 'page narrow' : 'page'}">${main}</main>
        <footer class="colophon">
          <p>
            You sign in on the platform’s own pages. Your password is never shown to
            ${applicationName === undefined ? 'us' : html`<bdi>${applicationName}</bdi>`}.
          </p>
        </footer>
      </body>
    </html> `;
}
