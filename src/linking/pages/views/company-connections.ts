import type { Instant } from '../../../domain/instant.ts';
import type { SourceType } from '../../../domain/source-type.ts';
import type { ConnectionStatus } from '../../../domain/status.ts';
import { html, type Html } from '../../../web/html.ts';
import type { Path } from './layout.ts';
import { linkFields, type LinkFields } from './link-fields.ts';
import { monogram } from './monogram.ts';
import { day, sourceTypeHeadings, statusWords } from './wording.ts';

/** A connection of the company. */
export interface CompanyConnection {
  readonly platformName: string;
  readonly sourceType: SourceType;
  readonly status: ConnectionStatus;
  readonly created: Instant;
  /** The form values that link the connection (again); `undefined` if it cannot be linked now. */
  readonly relink: Relink | undefined;
}

/** The form values. The key alone is not enough: a company can have several connections to one platform. */
interface Relink {
  readonly integrationKey: string;
  readonly connectionId: string;
}

interface Choice {
  readonly action: Path;
  readonly fields: LinkFields;
  readonly connections: readonly CompanyConnection[];
}

/** Renders the company's connections, each with its status and a button to link it again if possible. */
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

/** The label of the link button in each status, and the word that joins the platform's name to it. */
const relinkWords: Record<ConnectionStatus, { verb: string; join: string }> = {
  PendingAuth: { verb: 'Continue', join: 'with' },
  Linked: { verb: 'Renew access', join: 'to' },
  Unlinked: { verb: 'Connect again', join: 'to' },
  Deauthorized: { verb: 'Renew access', join: 'to' },
};

function relinkForm(
  linkable: { connection: CompanyConnection; relink: Relink; details: string },
  { action, fields }: Choice,
): Html {
  const { platformName, status } = linkable.connection;
  const { integrationKey, connectionId } = linkable.relink;
  const { verb, join } = relinkWords[status];
  // A connection that works needs no action, so its button is quiet.
  const look = status === 'Linked' ? 'button quiet' : 'button';
  return html`<form class="relink" method="post" action="${action}">
    ${linkFields(fields)}
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
