import type { AuthorizationProfile } from '../../platforms/authorization-profile.ts';
import { platforms } from '../../sandbox/data/platforms.ts';

/** How access to the sandbox's platforms is granted, by the sandbox at `issuer`. */
export function sandboxProfiles(issuer: string): AuthorizationProfile[] {
  return platforms.map(({ integrationKey, scope }) => ({
    integrationKey,
    source: issuer,
    server: { issuer },
    scopes: ['openid', 'offline_access', scope],
    clientAuthentication: 'client_secret_basic',
    // The business, whoever of its people signs in.
    account: { from: 'idToken', claim: 'org_id' },
  }));
}
