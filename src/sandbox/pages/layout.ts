import { html, type Html } from '../../web/html.ts';

/** Wraps `content` in the layout of every page. */
export function layout({ title, content }: { title: string; content: Html }): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – Connexions sandbox</title>
        <link rel="stylesheet" href="/sandbox.css" />
      </head>
      <body>
        <header class="banner">
          <p><strong>Sandbox</strong> <span>Invented businesses, no real data</span></p>
        </header>
        <main class="card">${content}</main>
        <footer>
          <nav aria-label="Sandbox">
            <a href="/">About this sandbox</a>
            <a href="/connected-apps">Connected apps</a>
          </nav>
        </footer>
      </body>
    </html>`;
}
