import type { IntegrationId } from '../../domain/id.ts';
import { noClientCredentials, type Platform } from '../../platforms/platform.ts';
import type { LinkingServices } from '../services.ts';

/** Returns the platform of an integration. Throws `PlatformError` if the gateway has no client credentials for it. */
export async function platformOf(
  { store, platforms }: Pick<LinkingServices, 'store' | 'platforms'>,
  { integrationId }: { readonly integrationId: IntegrationId },
): Promise<Platform> {
  const [integration] = await store.integrations.byIds([integrationId]);
  const platform = platforms.get(integration?.key ?? '');
  if (platform === undefined) throw noClientCredentials();
  return platform;
}
