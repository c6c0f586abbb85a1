/** Why a platform of the catalogue has no authorization profile, by integration key. */
export const notLinkable: Readonly<Record<string, string>> = {
  // Dynamics 365 Finance & Operations
  rqwd: 'Its scope is the address of the company’s own environment, which the gateway does not know in advance.',
  // Oracle NetSuite
  akxx: 'Its endpoints are on a host of the company’s own account.',
  // QuickBooks Desktop
  pqsw: 'It runs on the company’s computer and is reached through Intuit’s Web Connector, without OAuth.',
  // Sage 50 (UK)
  hbql: 'It runs on the company’s computer: there is no server that could authorize access.',
  // Sandbox
  mqjo: 'Test data, linked through the gateway’s own sandbox: there is no vendor.',
  // Workday
  rvam: 'Its endpoints are on the host of the company’s own tenant, and their paths contain its name.',
  // Zoho Books
  rwuv: 'Its token endpoint depends on the region, which is known only from the callback. It returns errors with status 200.',
  // Plaid
  suuo: 'Accounts are linked through its own protocol, Link, instead of OAuth.',
  // Banking Sandbox
  bsbx: 'Test data, linked through the gateway’s own sandbox: there is no vendor.',
  // Amazon Seller Central
  qkdj: 'Its callback has `spapi_oauth_code` instead of `code`, and its authorization request has an application id.',
  // BigCommerce
  vqzp: 'The shop starts the authorization, with a callback that has no `state`. The token response has no `token_type`.',
  // Clover
  fqly: 'Its hosts depend on the region, its token requests are JSON, and it renews at another endpoint.',
  // Commerce Sandbox
  aiwb: 'Test data, linked through the gateway’s own sandbox: there is no vendor.',
  // Lightspeed K Sandbox
  lrhd: 'Its vendor documents two environments, production and trial. Both have their own entries.',
  // Partner Commerce
  lqai: 'It stands for shops whose data a partner serves: there is no vendor that could authorize access.',
  // Shopify
  fztf: 'Its endpoints are on the host of the company’s own shop; the token response has no `token_type`.',
  // Square
  zsth: 'Its token requests are JSON, and its responses have `expires_at` instead of `expires_in`.',
  // Square Sandbox
  xcwv: 'Its token requests are JSON, and its responses have `expires_at` instead of `expires_in`.',
  // WooCommerce
  ltpp: 'It issues API keys from the company’s own host, without OAuth 2.0.',
  // Zettle
  ugxp: 'The token response that its vendor documents has no `token_type`, which the standard requires.',
};
