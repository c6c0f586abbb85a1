import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AuthorizationProfile } from '../../src/platforms/authorization-profile.ts';
import { authorizationProfiles } from '../../src/platforms/authorization-profiles.ts';
import { catalogue } from '../../src/catalogue/catalogue.ts';
import { notLinkable } from '../../src/platforms/not-linkable.ts';

const document = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8');
const platforms = catalogue().map(({ key, name }) => ({ key: key ?? '', name }));
const profileKeys = authorizationProfiles.map(({ integrationKey }) => integrationKey);

/** The domains of each platform's vendor. A profile must not send users or secrets to any other domain. */
const vendorDomains: Record<string, string[]> = {
  exgd: ['stripe.com'],
  fbrh: ['freeagent.com'],
  gbol: ['xero.com'],
  jcrp: ['sage.com'],
  knfz: ['sage.com', 'intacct.com'],
  ldgh: ['lightspeed.app', 'lsk-prod.app'],
  ltes: ['lightspeed.app', 'lsk-demo.app'],
  ndsk: ['intuit.com'],
  pbbf: ['exactonline.com', 'exactonline.co.uk'],
  pbtz: ['waveapps.com'],
  pdvj: ['myob.com'],
  qhyg: ['intuit.com'],
  qudb: ['exactonline.com', 'exactonline.nl'],
  tgff: ['sage.com', 'sageone.com'],
  trji: ['microsoft.com', 'microsoftonline.com'],
  upvr: ['truelayer.com'],
  vxvy: ['freshbooks.com'],
  yzth: ['stripe.com'],
};

function urls({ source, server, account }: AuthorizationProfile): string[] {
  return [
    source,
    ...Object.values<string>({ ...server }),
    ...(account?.from === 'request' ? [account.url] : []),
  ];
}

/** Returns the cells of each row of the table under a heading of the document. */
function rows(heading: string): string[][] {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\|(.*)\|$/gm)]
    .slice(2)
    .map(([, row = '']) => row.split('|').map((cell) => cell.trim()));
}

describe('the authorization profiles', () => {
  test('are of platforms of the catalogue, one each', () => {
    expect(new Set(profileKeys).size).toBe(profileKeys.length);
    expect(platforms.map(({ key }) => key)).toEqual(expect.arrayContaining(profileKeys));
  });

  test.for(platforms)('there is one for $name, or else a reason', ({ key }) => {
    expect(profileKeys.includes(key)).toBe(!(key in notLinkable));
  });

  test('no reason is for a platform that the catalogue lacks', () => {
    const keys = platforms.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(Object.keys(notLinkable)));
  });
});

describe.for(authorizationProfiles)('the profile of $integrationKey', (profile) => {
  test.for(urls(profile))('%s is plain https, at the vendor', (text) => {
    const url = new URL(text);

    expect(url.protocol).toBe('https:');
    expect(url.username + url.password + url.port + url.search + url.hash).toBe('');
    expect(vendorDomains[profile.integrationKey]).toContainEqual(
      expect.toSatisfy(
        (domain: string) => url.hostname === domain || url.hostname.endsWith(`.${domain}`),
      ),
    );
  });

  test('asks for well-formed scopes, each once (RFC 6749, section 3.3)', () => {
    for (const scope of profile.scopes) expect(scope).toMatch(/^[\x21\x23-\x5B\x5D-\x7E]+$/);
    expect(new Set(profile.scopes).size).toBe(profile.scopes.length);
  });

  test('adds no parameter that the flow itself sets', () => {
    const flow = /^(response_type|client_id|client_secret|redirect_uri|scope|state|nonce|code_.*)$/;
    for (const name of Object.keys(profile.authorizationParameters ?? {})) {
      expect(name).not.toMatch(flow);
    }
  });

  test('reads the account from an ID token only if it asks for one', () => {
    expect(profile.account?.from === 'idToken' && !profile.scopes.includes('openid')).toBe(false);
  });

  test('knows who issues the ID token that it asks for', () => {
    expect(profile.scopes.includes('openid') && profile.server.issuer === undefined).toBe(false);
  });
});

describe('docs/integrations.md', () => {
  test('lists the platforms that can be linked, as the profiles have them', () => {
    expect(rows('Platforms that can be linked').map((row) => row.slice(0, 4))).toEqual(
      platforms
        .filter(({ key }) => profileKeys.includes(key))
        .map(({ key, name }) => {
          const profile = authorizationProfiles.find(
            ({ integrationKey }) => integrationKey === key,
          );
          const scopes = profile?.scopes.map((scope) => `\`${scope}\``).join(' ') || 'none';
          return [`\`${key}\``, name, scopes, `[documentation](${profile?.source})`];
        }),
    );
  });

  test('lists the other platforms with the reason', () => {
    expect(rows('Platforms that cannot')).toEqual(
      platforms
        .filter(({ key }) => key in notLinkable)
        .map(({ key, name }) => [`\`${key}\``, name, notLinkable[key]]),
    );
  });
});
