import { situationOf, type ActiveConnection, type Connection } from '../../domain/connection.ts';
import type { Company } from '../../domain/company.ts';
import type { Integration } from '../../domain/integration.ts';
import { isExclusive, sourceTypes, type SourceType } from '../../domain/source-type.ts';
import { decide, isActive } from '../../domain/status.ts';
import { fold, searchKey } from '../../domain/text.ts';
import { isLinkable } from '../flow/linkable.ts';
import type { LinkPageServices } from '../services.ts';
import type { ChoosePage } from './views/choose-page.ts';

const tooManyToShow = 'Your company has too many connections to show them here.';

/** Returns the content of the page where a company's people choose a platform, except its URLs. */
export async function choices(
  { store, platforms, maxConnections }: LinkPageServices,
  company: Company,
  search: string,
): Promise<Pick<ChoosePage, 'companyName' | 'search' | 'groups' | 'connections' | 'notice'>> {
  const read = await store.connections.byCompanyIds([company.id], {}, maxConnections + 1);
  const isTooMany = read.length > maxConnections;
  const active = isTooMany
    ? await store.connections.activeByCompanyIds([company.id])
    : read.filter(({ status, sourceType }) => isActive(status) && isExclusive(sourceType));
  const integrations = new Map((await store.integrations.all({})).map((it) => [it.id, it]));
  const enabled = [...integrations.values()].filter((it) => isLinkable(it, platforms));
  const wanted = searchKey(search);
  const shown = isTooMany ? [] : read;
  return {
    companyName: company.name,
    search,
    notice: isTooMany ? tooManyToShow : undefined,
    groups: groupsOf(
      enabled.filter(({ name }) => fold(name).includes(wanted)),
      new Set(active.map(({ sourceType }) => sourceType)),
    ),
    connections: shown.map((connection) => {
      const integration = integrations.get(connection.integrationId);
      const { sourceType, status, created } = connection;
      return {
        platformName: integration?.name ?? '',
        sourceType,
        status,
        created,
        relink:
          integration && isLinkable(integration, platforms)
            ? relinkOf(connection, integration, active)
            : undefined,
      };
    }),
  };
}

function groupsOf(
  found: readonly Integration[],
  taken: ReadonlySet<SourceType>,
): ChoosePage['groups'] {
  return sourceTypes
    .map((sourceType) => ({
      sourceType,
      platforms: found
        .filter((it) => it.sourceType === sourceType)
        .map(({ key, name }) => ({
          key: key ?? '',
          name,
          unavailable: taken.has(sourceType)
            ? 'Only one can be connected at a time, and one is already connected.'
            : undefined,
        })),
    }))
    .filter(({ platforms }) => platforms.length > 0);
}

/** `active` has at most one connection of each source type that allows only one. */
function relinkOf(
  connection: Connection,
  { key }: Integration,
  active: readonly ActiveConnection[],
): ChoosePage['connections'][number]['relink'] {
  if (key === null) return undefined;
  return decide('authorize', situationOf(connection, active)).ok
    ? { integrationKey: key, connectionId: connection.id }
    : undefined;
}
