import type { Instant } from '../../../domain/instant.ts';
import type { SourceType } from '../../../domain/source-type.ts';
import type { ConnectionStatus } from '../../../domain/status.ts';
import { html, type Html } from '../../../web/html.ts';
import type { Path } from './layout.ts';
import { linkCode } from './link-code.ts';
import { monogram } from './monogram.ts';
import { day, sourceTypeHeadings, statusWords } from './wording.ts';

/** A connection that the company has. */
export interface CompanyConnection {
  readonly platformName: string;
  readonly sourceType: SourceType;
  readonly status: ConnectionStatus;
  readonly created: Instant;
  /** What to post so that it is linked (again); `undefined` if it cannot be here and now. */
  readonly relink: Relink | undefined;
}

/** A company can have several connections to one platform, such as to two banks: the key alone does not say which. */
interface Relink {
  readonly integrationKey: string;
  readonly connectionId: string;
}

interface Choice {
  readonly action: Path;
  readonly code: string | undefined;
  readonly connections: readonly CompanyConnection[];
}

/** What the company has connected already, and what is to be done about it. */
export function companyConnections(page: Choice): Html {
  return html`<section aria-labelledby="connections-heading">
    <h2 id="connections-heading">Your connections</h2>
    <ul class="connections">
      ${page.connections.map((connection, index) => row(connection, index, page))}
    </ul>
  </section>`;
}

function row(connection: CompanyConnection, index: number, choice: Choice): Html {
  const { platformName, sourceType, status, created, relink } = connection;
  const details = `connection-${index}`;
  return html`<li class="connection">
    ${monogram(platformName)}
    <div>
      <p class="name"><bdi>${platformName}</bdi></p>
      <p class="details" id="${details}">
        ${sourceTypeHeadings[sourceType]}, added ${day(created)}
      </p>
    </div>
    <p class="badge ${status}">
      <span class="visually-hidden">Status: </span>${statusWords[status]}
    </p>
    ${relink !== undefined && relinkForm({ connection, relink, details }, choice)}
  </li>`;
}

/** What linking a connection in this status is to the company's people, and how a platform's name follows it. */
const relinkWords: Record<ConnectionStatus, { verb: string; join: string }> = {
  PendingAuth: { verb: 'Continue', join: 'with' },
  Linked: { verb: 'Renew access', join: 'to' },
  Unlinked: { verb: 'Connect again', join: 'to' },
  Deauthorized: { verb: 'Renew access', join: 'to' },
};

function relinkForm(
  linkable: { connection: CompanyConnection; relink: Relink; details: string },
  { action, code }: Choice,
): Html {
  const { platformName, status } = linkable.connection;
  const { integrationKey, connectionId } = linkable.relink;
  const { verb, join } = relinkWords[status];
  // Where all is well, nothing should call for being done.
  const look = status === 'Linked' ? 'button quiet' : 'button';
  return html`<form class="relink" method="post" action="${action}">
    ${linkCode(code)}
    <input type="hidden" name="connectionId" value="${connectionId}" />
    <button
      class="${look}"
      type="submit"
      name="integrationKey"
      value="${integrationKey}"
      aria-describedby="${linkable.details}"
    >
      ${verb}<span class="visually-hidden"> ${join} ${platformName}</span>
    </button>
  </form>`;
}
