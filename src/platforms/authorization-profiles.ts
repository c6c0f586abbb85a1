import type { AuthorizationProfile } from './authorization-profile.ts';

/** An app's development keys access sandbox companies, its production keys real ones; the rest is the same. */
const quickBooksOnline = {
  source:
    'https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0',
  // Discovery does not find Intuit's metadata, neither by RFC 8414 nor by OpenID Connect.
  server: {
    issuer: 'https://oauth.platform.intuit.com/op/v1',
    authorizationEndpoint: 'https://appcenter.intuit.com/connect/oauth2',
    tokenEndpoint: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
    revocationEndpoint: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke',
  },
  scopes: ['com.intuit.quickbooks.accounting'],
  clientAuthentication: 'client_secret_basic',
  account: { from: 'callback', parameter: 'realmId' },
  revocationBody: 'json',
} as const;

/** Returns the profile of one country's Exact Online. Each country has its own users and apps. */
function exactOnline(site: string) {
  return {
    source:
      'https://support.exactonline.com/community/s/article/All-All-DNO-Content-oauth-eol-oauth-devstep3',
    server: {
      authorizationEndpoint: `${site}/api/oauth2/auth`,
      tokenEndpoint: `${site}/api/oauth2/token`,
    },
    // An app's permissions are set when it is registered.
    scopes: [],
    clientAuthentication: 'client_secret_post',
    // The user's current administration may change at any time; the user does not.
    account: {
      from: 'request',
      url: `${site}/api/v1/current/Me`,
      path: 'd.results.0.UserID',
    },
    // Access tokens last ten minutes; renewal in the first 9.5 minutes fails with "access_token not expired".
    renewableBeforeExpirySeconds: 30,
  } as const;
}

/** Returns the profile of a Lightspeed K environment. Its clients do not exist in the other one. */
function lightspeedK(realm: string) {
  return {
    source:
      'https://api-portal.lsk.lightspeed.app/quick-start/authentication/authorization-overview',
    server: {
      issuer: realm,
      authorizationEndpoint: `${realm}/protocol/openid-connect/auth`,
      tokenEndpoint: `${realm}/protocol/openid-connect/token`,
    },
    // Sales and payments. The scopes for orders and items include write access.
    scopes: ['financial-api', 'offline_access'],
    clientAuthentication: 'client_secret_basic',
  } as const;
}

/** Live and test mode differ only in the client id and secret; the secret is the platform's secret API key. */
const stripe = {
  source: 'https://docs.stripe.com/connect/oauth-reference',
  // No revocation endpoint: disconnecting takes the account's id, not a token.
  server: {
    authorizationEndpoint: 'https://connect.stripe.com/oauth/authorize',
    tokenEndpoint: 'https://connect.stripe.com/oauth/token',
  },
  scopes: ['read_only'],
  clientAuthentication: 'client_secret_post',
  account: { from: 'tokenResponse', field: 'stripe_user_id' },
} as const;

/** The catalogue's platforms that can be linked, given client credentials. */
export const authorizationProfiles: readonly AuthorizationProfile[] = [
  // Dynamics 365 Business Central
  {
    integrationKey: 'trji',
    source:
      'https://learn.microsoft.com/en-us/dynamics365/business-central/dev-itpro/developer/devenv-develop-connect-apps',
    // Work accounts of any organization. The metadata's issuer has a placeholder for the organization.
    server: { issuer: 'https://login.microsoftonline.com/organizations/v2.0' },
    scopes: ['openid', 'offline_access', 'https://api.businesscentral.dynamics.com/.default'],
    clientAuthentication: 'client_secret_post',
    // The organization, regardless of which user authorizes.
    account: { from: 'idToken', claim: 'tid' },
  },
  // Exact (Netherlands)
  { integrationKey: 'qudb', ...exactOnline('https://start.exactonline.nl') },
  // Exact (UK)
  { integrationKey: 'pbbf', ...exactOnline('https://start.exactonline.co.uk') },
  // FreeAgent
  {
    integrationKey: 'fbrh',
    source: 'https://dev.freeagent.com/docs/oauth',
    server: {
      authorizationEndpoint: 'https://api.freeagent.com/v2/approve_app',
      tokenEndpoint: 'https://api.freeagent.com/v2/token_endpoint',
    },
    // The user who authorizes determines the access level.
    scopes: [],
    clientAuthentication: 'client_secret_basic',
    account: {
      from: 'request',
      url: 'https://api.freeagent.com/v2/company',
      path: 'company.id',
    },
  },
  // FreshBooks
  {
    integrationKey: 'vxvy',
    source: 'https://www.freshbooks.com/api/authentication',
    server: {
      authorizationEndpoint: 'https://auth.freshbooks.com/oauth/authorize',
      tokenEndpoint: 'https://api.freshbooks.com/auth/oauth/token',
      revocationEndpoint: 'https://api.freshbooks.com/auth/oauth/revoke',
    },
    // Each scope must also be enabled in the app's settings.
    scopes: [
      'user:profile:read',
      'user:bill_payments:read',
      'user:bill_vendors:read',
      'user:bills:read',
      'user:clients:read',
      'user:credit_notes:read',
      'user:expenses:read',
      'user:invoices:read',
      'user:journal_entries:read',
      'user:other_income:read',
      'user:payments:read',
      'user:reports:read',
      'user:taxes:read',
    ],
    clientAuthentication: 'client_secret_post',
    // Access covers all businesses of the user.
    account: {
      from: 'request',
      url: 'https://api.freshbooks.com/auth/api/v1/users/me',
      path: 'response.id',
    },
  },
  // MYOB Business
  {
    integrationKey: 'pdvj',
    source: 'https://developer.myob.com/api/myob-business-api/api-overview/authentication/',
    server: {
      authorizationEndpoint: 'https://secure.myob.com/oauth2/account/authorize',
      tokenEndpoint: 'https://secure.myob.com/oauth2/v1/authorize',
    },
    // The scopes of API keys created since March 2025; older keys have only `CompanyFile`.
    scopes: [
      'sme-company-file',
      'sme-banking',
      'sme-contacts-customer',
      'sme-contacts-supplier',
      'sme-general-ledger',
      'sme-purchases',
      'sme-sales',
    ],
    clientAuthentication: 'client_secret_post',
    // Without it, the callback names no business if the user has consented before.
    authorizationParameters: { prompt: 'consent' },
    account: { from: 'callback', parameter: 'businessId' },
  },
  // QuickBooks Online
  { integrationKey: 'qhyg', ...quickBooksOnline },
  // QuickBooks Online Sandbox
  { integrationKey: 'ndsk', ...quickBooksOnline },
  // Sage 200 Standard
  {
    integrationKey: 'jcrp',
    source: 'https://developer.sage.com/200/guides/authenticating/',
    server: {
      issuer: 'https://id.sage.com/',
      authorizationEndpoint: 'https://id.sage.com/authorize',
      tokenEndpoint: 'https://id.sage.com/oauth/token',
    },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    clientAuthentication: 'client_secret_post',
    // Sage ID serves many products; without an audience, its tokens are not for this one.
    authorizationParameters: { audience: 's200ukipd/sage200' },
    account: { from: 'idToken', claim: 'sub' },
  },
  // Sage Accounting
  {
    integrationKey: 'tgff',
    source: 'https://developer.sage.com/accounting/guides/authenticating/authentication/',
    server: {
      authorizationEndpoint: 'https://www.sageone.com/oauth2/auth/central',
      tokenEndpoint: 'https://oauth.accounting.sage.com/token',
      revocationEndpoint: 'https://oauth.accounting.sage.com/revoke',
    },
    scopes: ['readonly'],
    clientAuthentication: 'client_secret_post',
    // Offers only the countries that this version of the API serves.
    authorizationParameters: { filter: 'apiv3.1' },
    account: { from: 'tokenResponse', field: 'requested_by_id' },
  },
  // Sage Intacct
  {
    integrationKey: 'knfz',
    source: 'https://developer.sage.com/intacct/docs/developer-portal/guides/oauth2',
    server: {
      authorizationEndpoint: 'https://api.intacct.com/ia/api/v1/oauth2/authorize',
      tokenEndpoint: 'https://api.intacct.com/ia/api/v1/oauth2/token',
    },
    // The roles of the user who authorizes determine what can be read.
    scopes: ['offline_access'],
    clientAuthentication: 'client_secret_post',
  },
  // Wave
  {
    integrationKey: 'pbtz',
    source: 'https://developer.waveapps.com/hc/en-us/articles/360019493652-OAuth-Guide',
    server: {
      authorizationEndpoint: 'https://api.waveapps.com/oauth2/authorize/',
      tokenEndpoint: 'https://api.waveapps.com/oauth2/token/',
      revocationEndpoint: 'https://api.waveapps.com/oauth2/token-revoke/',
    },
    scopes: [
      'account:read',
      'business:read',
      'customer:read',
      'invoice:read',
      'product:read',
      'user:read',
    ],
    clientAuthentication: 'client_secret_post',
  },
  // Xero
  {
    integrationKey: 'gbol',
    source: 'https://developer.xero.com/documentation/guides/oauth2/auth-flow',
    server: { issuer: 'https://identity.xero.com' },
    // Apps created since March 2026 cannot use the broad `accounting.transactions.read` and `accounting.reports.read`.
    scopes: [
      'offline_access',
      'accounting.banktransactions.read',
      'accounting.contacts.read',
      'accounting.invoices.read',
      'accounting.manualjournals.read',
      'accounting.payments.read',
      'accounting.reports.aged.read',
      'accounting.reports.balancesheet.read',
      'accounting.reports.profitandloss.read',
      'accounting.reports.trialbalance.read',
      'accounting.settings.read',
    ],
    clientAuthentication: 'client_secret_basic',
    // The response lists all organizations that the user has connected to the app; this is the newest.
    account: {
      from: 'request',
      url: 'https://api.xero.com/connections',
      path: 'tenantId',
      newestBy: 'updatedDateUtc',
    },
    // https://github.com/XeroAPI/xero-node/releases/tag/4.10.1: it removes all connections of the user to the app.
    revocationEndsAll: true,
  },
  // TrueLayer
  {
    integrationKey: 'upvr',
    source: 'https://docs.truelayer.com/docs/generate-an-auth-link',
    server: {
      authorizationEndpoint: 'https://auth.truelayer.com/',
      tokenEndpoint: 'https://auth.truelayer.com/connect/token',
    },
    scopes: ['info', 'accounts', 'balance', 'cards', 'transactions', 'offline_access'],
    clientAuthentication: 'client_secret_post',
  },
  // Lightspeed K
  { integrationKey: 'ldgh', ...lightspeedK('https://auth.lsk-prod.app/realms/k-series') },
  // Lightspeed K Trial
  { integrationKey: 'ltes', ...lightspeedK('https://auth.lsk-demo.app/realms/k-series') },
  // Stripe
  { integrationKey: 'exgd', ...stripe },
  // Stripe Test
  { integrationKey: 'yzth', ...stripe },
];
