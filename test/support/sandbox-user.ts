import { formsOf, openBrowser, type Browser, type Form, type Visit } from './browser.ts';

/** The choices of a user on the sandbox's pages. */
export interface SandboxChoice {
  /** The name of the demo business to sign in as. The preselected one by default. */
  readonly account?: string;
  readonly refuse?: boolean;
}

/**
 * Signs in and consents on the sandbox's pages, as a browser does. Returns the redirect URI with the sandbox's
 * response, without visiting it.
 */
export async function signInAndConsent(
  authorizationUrl: URL | string,
  { refuse = false, ...choice }: SandboxChoice = {},
  browser: Browser = openBrowser(),
): Promise<URL> {
  const consent = await signIn(authorizationUrl, choice, browser);
  const decision = refuse ? 'refuse' : 'allow';
  const left = await browser.submit(onlyForm(consent), { decision });
  if (left.url.origin === new URL(authorizationUrl).origin) throw unexpected(left);
  return left.url;
}

/** Signs in on the sandbox's page. Returns the consent page. */
export async function signIn(
  authorizationUrl: URL | string,
  { account }: Pick<SandboxChoice, 'account'> = {},
  browser: Browser = openBrowser(),
): Promise<Visit> {
  const page = await browser.open(authorizationUrl);
  const form = onlyForm(page);
  return browser.submit(form, account === undefined ? {} : { account: accountId(page, account) });
}

/** Returns the only form of a page. */
export function onlyForm(page: Visit): Form {
  const [form, ...more] = formsOf(page);
  if (!form || more.length > 0) throw unexpected(page);
  return form;
}

function accountId({ html }: Visit, name: string): string {
  const label = html
    .split('<label')
    .find((part) => part.includes(`<strong>${name.replace('&', '&amp;')}</strong>`));
  const id = /value="([^"]*)"/.exec(label ?? '')?.[1];
  if (id === undefined) throw new Error(`there is no account ${name}`);
  return id;
}

function unexpected({ url, status, html }: Visit): Error {
  return new Error(`unexpected answer ${status} of ${url}: ${html}`);
}
