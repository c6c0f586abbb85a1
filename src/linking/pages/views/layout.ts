import { mark } from './icons.ts';
import { html, type Html } from '../../../web/html.ts';

/** A path on this server. The type keeps URLs of other sites and `javascript:` URLs out of views. */
export type Path = `/${string}`;

/** The values that all pages of a gateway share. */
export interface Site {
  /** The path of `link.css`. */
  readonly stylesheet: Path;
  /** The name of the application that requests access, as the company's people know it, such as a lender's name. */
  readonly applicationName: string | undefined;
}

interface Content {
  /** Never contains the company's name: titles stay in the browser's history, which others may see. */
  readonly title: string;
  /** Whether the page is one narrow column. */
  readonly narrow: boolean;
  readonly main: Html;
}

/** Renders the frame of every page. It needs no script, and no style except its stylesheet. */
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
