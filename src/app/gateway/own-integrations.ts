import { catalogue, toIntegration } from '../../catalogue/catalogue.ts';
import { ConfigError } from '../../config/config.ts';
import type { Integration } from '../../domain/integration.ts';
import type { OwnPlatform } from '../../platforms/platform-file.ts';
import { isOfSandbox } from '../../sandbox/data/platforms.ts';

/**
 * Returns the integrations that an operator's platforms add to the catalogue. Throws `ConfigError` for a platform that
 * the sandbox serves, and for one that has a name although the catalogue has its
 * integration, or no name although the catalogue lacks it.
 */
export function ownIntegrations(platforms: readonly OwnPlatform[]): Integration[] {
  const known = new Set(catalogue().map(({ key }) => key));
  const faults: string[] = [];
  const integrations: Integration[] = [];
  for (const [index, { profile, integration }] of platforms.entries()) {
    const place = `PLATFORMS_FILE platforms[${index}]`;
    if (isOfSandbox(profile.integrationKey)) {
      faults.push(`${place}.integrationKey must not be the key of a platform of the sandbox`);
    } else if (known.has(profile.integrationKey)) {
      if (integration) faults.push(`${place}.name must be absent: the catalogue has this key`);
    } else if (integration) integrations.push(toIntegration(integration));
    else faults.push(`${place}.name is required: the catalogue does not have this key`);
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return integrations;
}
