import { html, type Html } from '../../../web/html.ts';
import { attention, success } from './icons.ts';
import { layout, type Path, type Site } from './layout.ts';

/** The page that says how an authorization ended. */
export interface ResultPage {
  readonly companyName: string;
  readonly platformName: string;
  readonly outcome: 'linked' | 'failed';
  /** Further details, such as why the authorization failed. */
  readonly message: string | undefined;
  /** The page to choose or start again; `undefined` if the link can no longer be used. */
  readonly back: Path | undefined;
}

export function resultPage(page: ResultPage, site: Site): Html {
  return page.outcome === 'linked' ? linkedPage(page, site) : failedPage(page, site);
}

function linkedPage({ companyName, platformName, message, back }: ResultPage, site: Site): Html {
  const main = html`<div class="card outcome good">
    ${success}
    <h1><bdi>${platformName}</bdi> is connected</h1>
    <div role="status">
      <p>Thank you. The connection of <bdi class="name">${companyName}</bdi> is ready.</p>
      ${message !== undefined && html`<p>${message}</p>`}
    </div>
    <p>You can close this page now.</p>
    ${back !== undefined && html`<p><a class="button" href="${back}">Back to your connections</a></p>`}
  </div>`;
  return layout(site, { title: `${platformName} is connected`, narrow: true, main });
}

function failedPage({ companyName, platformName, message, back }: ResultPage, site: Site): Html {
  const main = html`<div class="card outcome bad">
    ${attention}
    <h1>Connecting to <bdi>${platformName}</bdi> was not completed</h1>
    <div role="alert">
      <p>${message ?? 'The authorization could not be completed.'}</p>
    </div>
    <p>Nothing has changed for <bdi class="name">${companyName}</bdi>.</p>
    ${
      back === undefined
        ? html`<p>To try again, please ask for a new link.</p>`
        : html`<p><a class="button primary" href="${back}">Try again</a></p>`
    }
  </div>`;
  return layout(site, {
    title: `Connecting to ${platformName} was not completed`,
    narrow: true,
    main,
  });
}
