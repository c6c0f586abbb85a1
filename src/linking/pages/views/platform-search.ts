import { html, type Html } from '../../../web/html.ts';
import { linkFields, type LinkFields } from './link-fields.ts';
import type { Path } from './layout.ts';
import type { PlatformGroup } from './platform-group.ts';

interface Searched {
  readonly action: Path;
  readonly fields: LinkFields;
  readonly search: string;
  readonly groups: readonly PlatformGroup[];
}

/** Renders the form that searches platforms by name, and the number of matches. Searching loads the page again. */
export function platformSearch({ action, fields, search, groups }: Searched): Html {
  // The fragment scrolls to the results, which the connections above may push off the screen.
  const results = `${action}#platforms`;
  return html` <form class="search" method="get" action="${results}" role="search">
      ${linkFields(fields)}
      <label for="search">Search platforms by name</label>
      <span class="search-row">
        <input
          id="search"
          type="search"
          name="q"
          value="${search}"
          maxlength="200"
          autocomplete="off"
          spellcheck="false"
        />
        <button class="button" type="submit">Search</button>
      </span>
    </form>
    ${search !== '' && found({ results, fields, search, groups })}`;
}

function found({
  results,
  fields,
  search,
  groups,
}: Omit<Searched, 'action'> & { results: string }) {
  const count = groups.reduce((sum, { platforms }) => sum + platforms.length, 0);
  return html`<div class="found">
    <p role="status">${countWords(count)} “<bdi class="name">${search}</bdi>”.</p>
    <form method="get" action="${results}">
      ${linkFields(fields)}
      <button class="button quiet" type="submit">Show all platforms</button>
    </form>
  </div>`;
}

function countWords(count: number): string {
  if (count === 0) return 'No platform matches';
  return count === 1 ? '1 platform matches' : `${count} platforms match`;
}
