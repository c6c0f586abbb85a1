import type { AuthorizationProfile } from '../../platforms/authorization-profile.ts';
import { platforms } from '../../sandbox/data/platforms.ts';

/** Returns the authorization profiles of the platforms of the sandbox at `issuer`. */
export function sandboxProfiles(issuer: string): AuthorizationProfile[] {
  return platforms.map(({ integrationKey, scope }) => ({
    integrationKey,
    source: issuer,
    server: { issuer },
    scopes: ['openid', 'offline_access', scope],
    clientAuthentication: 'client_secret_basic',
    // The business, regardless of which user signs in.
    account: { from: 'idToken', claim: 'org_id' },
  }));
}
