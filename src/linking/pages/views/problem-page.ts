import { html, type Html } from '../../../web/html.ts';
import { attention } from './icons.ts';
import { layout, type Site } from './layout.ts';

/** The page for a link that cannot be used, a malformed request or a fault of the gateway. */
export interface ProblemPage {
  /** The HTTP status of the response. */
  readonly status: number;
  readonly title: string;
  readonly message: string;
  /** The id of the request in the log. */
  readonly requestId?: string;
}

export function problemPage({ status, title, message, requestId }: ProblemPage, site: Site): Html {
  const main = html`<div class="card outcome bad">
    ${attention}
    <h1>${title}</h1>
    <p>${message}</p>
    <p class="aside">
      Error ${status}${requestId !== undefined && html`, reference <code>${requestId}</code>`}
    </p>
  </div>`;
  return layout(site, { title, narrow: true, main });
}
