import type Database from 'better-sqlite3';
import type { ClientMetadata, Configuration, Provider as ProviderType } from 'oidc-provider';
import { base, Check } from 'oidc-provider/lib/helpers/interaction_policy/index.js';
import { Provider } from 'oidc-provider/lib/provider.js';
import { demoAccount } from './data/accounts.ts';
import { createAdapters } from './adapter.ts';
import {
  alwaysAsk,
  forgetWhoSignedIn,
  rememberAnswers,
  showNotFound,
  showProblem,
  type RecentAnswers,
} from './provider-pages.ts';
import type { Grants } from './data/grants.ts';
import { platforms } from './data/platforms.ts';
import type { Secrets } from './secrets.ts';

export interface ProviderOptions {
  readonly issuer: string;
  readonly redirectUri: (integrationKey: string) => string;
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
}

// Enough time to sign in and read the requested permissions.
const interactionSeconds = 15 * 60;
const codeSeconds = 60;
const idTokenSeconds = 5 * 60;
/** The upper limit of a grant's lifetime. A grant lasts as long as its tokens. */
const grantSeconds = 10 * 365 * 24 * 60 * 60;

/** Creates the OAuth 2.0 and OpenID Connect server, without the sign-in and consent pages. */
export function createProvider(
  { issuer, redirectUri, accessTokenSeconds, refreshTokenSeconds }: ProviderOptions,
  db: Database.Database,
  grants: Grants,
  secrets: Secrets,
  answers: RecentAnswers,
): ProviderType {
  const provider = new Provider(issuer, {
    ...protocol,
    adapter: createAdapters(db, grants),
    clients: platforms.map(({ integrationKey, clientId, publishedSecret, scope }) => ({
      ...client,
      client_id: clientId,
      client_secret: publishedSecret ?? secrets.clientSecret(clientId),
      redirect_uris: [redirectUri(integrationKey)],
      scope: `openid offline_access ${scope}`,
    })),
    cookies: {
      // Cookies ignore ports: the gateway, or another server of this kind, may set some on this host.
      names: {
        session: 'sandbox_session',
        interaction: 'sandbox_interaction',
        resume: 'sandbox_resume',
      },
      keys: [secrets.cookieKey],
    },
    jwks: { keys: [secrets.signingKey] },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: codeSeconds,
      Grant: grantSeconds,
      IdToken: idTokenSeconds,
      Interaction: interactionSeconds,
      RefreshToken: refreshTokenSeconds,
      Session: interactionSeconds,
    },
  });
  provider.use(showNotFound).use(alwaysAsk).use(forgetWhoSignedIn).use(rememberAnswers(answers));
  return provider;
}

/** The name of the application that asks for access, as the pages show it. */
export const applicationName = 'Connexions';

const client = {
  client_name: applicationName,
  application_type: 'web',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
  id_token_signed_response_alg: 'ES256',
} satisfies Partial<ClientMetadata>;

const protocol: Configuration = {
  responseTypes: ['code'],
  clientAuthMethods: ['client_secret_basic'],
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  pkce: { required: () => true },
  allowOmittingSingleRegisteredRedirectUri: false,
  scopes: ['openid', 'offline_access', ...platforms.map(({ scope }) => scope)],
  claims: { openid: ['sub', 'org_id', 'org_name'] },
  // Otherwise tokens would be accepted for 15 s after they expire.
  clockTolerance: 0,
  rotateRefreshToken: true,
  expiresWithSession: async () => false,
  clientBasedCORS: () => false,
  features: {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    revocation: {
      enabled: true,
      allowedPolicy: async (_, { clientId }, token) => token.clientId === clientId,
    },
  },
  interactions: {
    policy: askingPolicy(),
    url: (_, { uid }) => `/interaction/${uid}`,
  },
  // Each consent creates a new grant, so that revoking it does not end another company's access to the same account.
  loadExistingGrant: async ({ oidc }) => {
    const id = oidc.result?.consent?.grantId;
    return id === undefined ? undefined : oidc.provider.Grant.find(id);
  },
  findAccount: (_, id) => {
    const account = demoAccount(id);
    if (!account) return undefined;
    const { name, organisationId } = account;
    return {
      accountId: id,
      claims: () => ({ sub: id, org_id: organisationId, org_name: name }),
    };
  },
  renderError: showProblem,
};

/** Asks for sign-in each time, so that the user can choose another account. */
function askingPolicy() {
  const policy = base();
  policy
    .get('login')
    ?.checks.add(
      new Check('always_asked', 'End-User authentication is required', ({ oidc }) =>
        oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
      ),
    );
  return policy;
}
