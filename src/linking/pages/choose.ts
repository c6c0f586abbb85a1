import { situationOf, type Connection } from '../../domain/connection.ts';
import type { Company } from '../../domain/company.ts';
import type { Integration } from '../../domain/integration.ts';
import { isExclusive, sourceTypes, type SourceType } from '../../domain/source-type.ts';
import { decide, isActive } from '../../domain/status.ts';
import { fold } from '../../domain/text.ts';
import { isLinkable } from '../flow/linkable.ts';
import type { LinkingServices } from '../services.ts';
import type { ChoosePage } from './views/choose-page.ts';

/** Returns the content of the page where a company's people choose a platform, except its URLs. */
export async function choices(
  { store, platforms }: LinkingServices,
  company: Company,
  search: string,
): Promise<Pick<ChoosePage, 'companyName' | 'search' | 'groups' | 'connections'>> {
  const connections = await store.connections.byCompanyIds([company.id], {});
  const integrations = await store.integrations.all({});
  const enabled = integrations.filter((integration) => isLinkable(integration, platforms));
  const byId = new Map(integrations.map((it) => [it.id, it]));
  const found = enabled.filter(({ name }) => fold(name).includes(fold(search)));
  return {
    companyName: company.name,
    search,
    groups: groupsOf(found, connections),
    connections: connections.map((connection) => {
      const integration = byId.get(connection.integrationId);
      const { sourceType, status, created } = connection;
      return {
        platformName: integration?.name ?? '',
        sourceType,
        status,
        created,
        relink: relinkOf(connection, connections, enabled),
      };
    }),
  };
}

function groupsOf(
  found: readonly Integration[],
  connections: readonly Connection[],
): ChoosePage['groups'] {
  return sourceTypes
    .map((sourceType) => ({
      sourceType,
      platforms: found
        .filter((it) => it.sourceType === sourceType)
        .map(({ key, name }) => ({
          key: key ?? '',
          name,
          unavailable: reasonAgainst(sourceType, connections),
        })),
    }))
    .filter(({ platforms }) => platforms.length > 0);
}

function reasonAgainst(
  sourceType: SourceType,
  connections: readonly Connection[],
): string | undefined {
  const isTaken =
    isExclusive(sourceType) &&
    connections.some((it) => it.sourceType === sourceType && isActive(it.status));
  return isTaken ? 'Only one can be connected at a time, and one is already connected.' : undefined;
}

function relinkOf(
  connection: Connection,
  all: readonly Connection[],
  enabled: readonly Integration[],
): ChoosePage['connections'][number]['relink'] {
  const integration = enabled.find(({ id }) => id === connection.integrationId);
  if (integration?.key == null) return undefined;
  const active = all.filter(
    ({ status, sourceType }) => isActive(status) && isExclusive(sourceType),
  );
  return decide('authorize', situationOf(connection, active)).ok
    ? { integrationKey: integration.key, connectionId: connection.id }
    : undefined;
}
