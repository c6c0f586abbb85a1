import { companyConnections, type CompanyConnection } from './company-connections.ts';
import { html, type Html } from '../../../web/html.ts';
import { layout, type Path, type Site } from './layout.ts';
import { platformGroup, type PlatformGroup } from './platform-group.ts';
import { platformSearch } from './platform-search.ts';
import { sourceTypeHeadings } from './wording.ts';

/** The page on which a company's people choose what to link. */
export interface ChoosePage {
  readonly companyName: string;
  /** Where the forms post to, and the search form gets. */
  readonly action: Path;
  /** The code of the link, carried on by the forms; `undefined` where the browser's cookie suffices. */
  readonly code: string | undefined;
  /** What was searched for; empty if nothing. */
  readonly search: string;
  /** The enabled platforms, without those that the search leaves out. */
  readonly groups: readonly PlatformGroup[];
  readonly connections: readonly CompanyConnection[];
  /** What the company's people should know first, such as why their last choice was refused. */
  readonly notice: string | undefined;
}

/** How many connections a phone shows without pushing the platforms far off its screen. */
const fewConnections = 3;

export function choosePage(page: ChoosePage, site: Site): Html {
  const { companyName, connections, notice } = page;
  const main = html`
    <div class="lede">
      <h1>Choose what to connect</h1>
      <p>
        Connect the platforms that <bdi class="name">${companyName}</bdi> uses, so that
        ${beneficiary(site)} You can withdraw the access on the platform at any time.
      </p>
      ${
        connections.length > fewConnections &&
        html`<p><a class="button" href="#platforms">Connect another platform</a></p>`
      }
    </div>
    ${notice !== undefined && html`<p class="notice" role="status">${notice}</p>`}
    ${connections.length > 0 && companyConnections(page)} ${platforms(page)}
  `;
  return layout(site, { title: 'Choose what to connect', narrow: false, main });
}

function beneficiary({ applicationName }: Site): Html {
  if (applicationName === undefined) return html`its data can be read.`;
  return html`<bdi>${applicationName}</bdi> can read its data.`;
}

function platforms(page: ChoosePage): Html {
  const { search, groups, connections } = page;
  // Without a search there is nothing to find where nothing is enabled.
  const searchable = groups.length > 0 || search !== '';
  return html`<section id="platforms" aria-labelledby="platforms-heading">
    <h2 id="platforms-heading">
      ${connections.length > 0 ? 'Connect another platform' : 'Platforms'}
    </h2>
    ${
      searchable
        ? platformSearch(page)
        : html`<p class="empty">
            No platform can be connected here at the moment. Please ask whoever sent you this link.
          </p>`
    }
    ${groups.length > 1 && shortcuts(groups)} ${groups.map((group) => platformGroup(group, page))}
  </section>`;
}

/** Spares phones and keyboards the way through a long list. */
function shortcuts(groups: readonly PlatformGroup[]): Html {
  return html`<nav aria-label="Kinds of platform">
    <ul class="shortcuts">
      ${groups.map(
        ({ sourceType, platforms: { length } }) =>
          html`<li>
            <a href="#platforms-${sourceType}"
              >${sourceTypeHeadings[sourceType]} <span class="count">${length}</span></a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}
