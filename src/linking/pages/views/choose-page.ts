import { companyConnections, type CompanyConnection } from './company-connections.ts';
import { html, type Html } from '../../../web/html.ts';
import { layout, type Path, type Site } from './layout.ts';
import type { LinkFields } from './link-fields.ts';
import { platformGroup, type PlatformGroup } from './platform-group.ts';
import { platformSearch } from './platform-search.ts';
import { sourceTypeHeadings } from './wording.ts';

/** The page where a company's people choose a platform to link. */
export interface ChoosePage {
  readonly companyName: string;
  /** The path that the platform forms post to and the search form gets. */
  readonly action: Path;
  /** The parameters of the link's URL, which the forms send. */
  readonly fields: LinkFields;
  /** The search text; empty if there is none. */
  readonly search: string;
  /** The enabled platforms that match the search. */
  readonly groups: readonly PlatformGroup[];
  readonly connections: readonly CompanyConnection[];
  /** A message at the top of the page, such as why the last choice was refused. */
  readonly notice: string | undefined;
}

/** The number of connections that a phone can show without pushing the platforms far off its screen. */
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
  // If no platform is enabled, a search can find nothing.
  const searchable = groups.length > 0 || search !== '';
  return html`<section id="platforms" aria-labelledby="platforms-heading">
    <h2 id="platforms-heading">
      ${connections.length > 0 ? 'Connect another platform' : 'Platforms'}
    </h2>
    ${
      searchable
        ? platformSearch(page)
        : html`<p class="empty">
            No platform can be connected here at the moment. Please ask the person who sent you this
            link.
          </p>`
    }
    ${groups.length > 1 && shortcuts(groups)} ${groups.map((group) => platformGroup(group, page))}
  </section>`;
}

/** Renders links to the groups, so that users of phones and keyboards can skip a long list. */
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
