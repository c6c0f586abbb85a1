/** Why a platform of the catalogue has no authorization profile, by integration key. */
export const notLinkable: Readonly<Record<string, string>> = {
  // Dynamics 365 Finance & Operations
  rqwd: 'Its scope is the address of the company’s own environment, which is not known beforehand.',
  // Oracle NetSuite
  akxx: 'Its endpoints are on a host of the company’s own account.',
  // QuickBooks Desktop
  pqsw: 'It runs on the company’s computer and is reached through Intuit’s Web Connector, without OAuth.',
  // Sage 50 (UK)
  hbql: 'It runs on the company’s computer; there is no server to authorize at.',
  // Sandbox
  mqjo: 'Made-up data, which the gateway’s own sandbox grants access to: no vendor stands behind it.',
  // Workday
  rvam: 'Its endpoints are on the host, and under the name, of the company’s own tenant.',
  // Zoho Books
  rwuv: 'Its token endpoint depends on the region, which only the callback tells; its refusals have status 200.',
  // Plaid
  suuo: 'Accounts are linked by its own protocol, Link, and not by OAuth at Plaid.',
  // Banking Sandbox
  bsbx: 'Made-up data, which the gateway’s own sandbox grants access to: no vendor stands behind it.',
  // Amazon Seller Central
  qkdj: 'Its callback brings `spapi_oauth_code` in place of the standard’s `code`, and its request an application id.',
  // BigCommerce
  vqzp: 'The shop begins, with a callback that has no `state`; the token response has no `token_type`.',
  // Clover
  fqly: 'Its hosts depend on the region, its token requests are JSON, and it renews at another endpoint.',
  // Commerce Sandbox
  aiwb: 'Made-up data, which the gateway’s own sandbox grants access to: no vendor stands behind it.',
  // Lightspeed K Sandbox
  lrhd: 'Its vendor documents two environments, production and trial; both have an entry of their own.',
  // Partner Commerce
  lqai: 'It stands for shops that a partner serves data of; there is no vendor to authorize at.',
  // Shopify
  fztf: 'Its endpoints are on the host of the company’s own shop; the token response has no `token_type`.',
  // Square
  zsth: 'Its token requests are JSON, and its responses have `expires_at` in place of `expires_in`.',
  // Square Sandbox
  xcwv: 'Its token requests are JSON, and its responses have `expires_at` in place of `expires_in`.',
  // WooCommerce
  ltpp: 'It hands out API keys from the company’s own host, without OAuth 2.0.',
  // Zettle
  ugxp: 'The token response that its vendor documents has no `token_type`, which the standard requires.',
};
