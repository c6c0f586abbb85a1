import type { Integration } from '../../domain/integration.ts';
import type { Platforms } from '../../platforms/platform.ts';

/** Reports whether a company's people can link an integration. */
export function isLinkable({ key, enabled }: Integration, platforms: Platforms): boolean {
  return enabled && key !== null && platforms.has(key);
}
