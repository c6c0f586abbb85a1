import type { Clock } from '../../src/domain/clock.ts';
import type { ConnectionId } from '../../src/domain/id.ts';
import { formsOf, openBrowser, type Browser, type Visit } from './browser.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { signInAndConsent, type SandboxChoice } from './sandbox-user.ts';

/** Starts a gateway with its sandbox. `clock` applies to the gateway but not to the sandbox. */
export async function startLinkingGateway(
  env: Record<string, string> = {},
  clock?: Clock,
): Promise<TestGateway & { readonly sandboxUrl: string }> {
  const gateway = await startTestGateway({
    env: { SANDBOX: 'on', ...env },
    ...(clock && { clock }),
  });
  const { sandboxUrl } = gateway;
  if (sandboxUrl === undefined) throw new Error('the sandbox does not run');
  return { ...gateway, sandboxUrl };
}

/** Adds a company without connections. Returns its id and the URL of its link page. */
export async function newCompany(gateway: TestGateway) {
  const { companyId } = await gateway.withCompany({ name: 'Acme' });
  return { companyId, linkUrl: await companyLinkUrl(gateway, companyId) };
}

export async function companyLinkUrl(gateway: TestGateway, id: string): Promise<string> {
  const { data } = await gateway.query('query ($id: ID!) { company(id: $id) { linkUrl } }', { id });
  return data.company.linkUrl;
}

export async function connectionLinkUrl(gateway: TestGateway, id: string): Promise<string> {
  const { data } = await gateway.query('query ($id: ID!) { connection(id: $id) { linkUrl } }', {
    id,
  });
  return data.connection.linkUrl;
}

/** Chooses a platform on a company's link page. Returns the address to which the browser is sent. */
export async function choose(browser: Browser, linkUrl: string, key = 'mqjo'): Promise<Visit> {
  return chooseOn(browser, await browser.open(linkUrl), key);
}

/** Chooses a platform on a company's link page that is already open. */
export async function chooseOn(browser: Browser, page: Visit, key = 'mqjo'): Promise<Visit> {
  const form = formsOf(page).find(
    ({ method, fields }) => method === 'post' && fields['connectionId'] === undefined,
  );
  if (!form) throw new Error(`no platform to choose: ${page.status} ${page.html}`);
  return browser.submit(form, { integrationKey: key });
}

/** Submits the first POST form of a page with these values. */
export async function press(
  browser: Browser,
  page: Visit,
  values: Record<string, string> = {},
): Promise<Visit> {
  const form = formsOf(page).find(({ method }) => method === 'post');
  if (!form) throw new Error(`no form to continue with: ${page.status} ${page.html}`);
  return browser.submit(form, values);
}

/** Completes the whole flow, from a company's link page to the result page. */
export async function linkPlatform(
  browser: Browser,
  linkUrl: string,
  { key, ...choice }: SandboxChoice & { key?: string } = {},
): Promise<Visit> {
  return authorize(browser, await choose(browser, linkUrl, key), choice);
}

/** Signs in and decides on the sandbox's pages, then returns to the gateway's result page. */
export async function authorize(
  browser: Browser,
  sent: Pick<Visit, 'url'>,
  choice: SandboxChoice = {},
): Promise<Visit> {
  return browser.open(await signInAndConsent(sent.url, choice, openBrowser()));
}

/** Queries the connections of a company. */
export async function connectionsOf(gateway: TestGateway, companyId: string) {
  const { data } = await gateway.query(
    `query ($id: ID!) {
      company(id: $id) {
        connections {
          id status platformName
          health { state failures reason }
          history(first: 100) { nodes { type fromStatus toStatus actor reason } }
        }
      }
    }`,
    { id: companyId },
  );
  return data.company.connections as readonly {
    id: string;
    status: string;
    platformName: string;
    health: { state: string; failures: number; reason: string | null } | null;
    history: { nodes: readonly Record<string, string | null>[] };
  }[];
}

export { openBrowser } from './browser.ts';

/** Queries the connection of a company. Throws unless there is exactly one. */
export async function onlyConnectionOf(gateway: TestGateway, companyId: string) {
  const [connection, ...more] = await connectionsOf(gateway, companyId);
  if (!connection || more.length > 0) throw new Error('the company has not one connection');
  return connection;
}

/** Returns the version of a connection's credentials, which changes when they are renewed. */
export async function credentialVersion(
  gateway: TestGateway,
  connectionId: string,
): Promise<number | undefined> {
  return (await gateway.store.credentials.ofConnection(connectionId as ConnectionId))?.version;
}

/** Revokes all access that the sandbox's own page lists. */
export async function revokeAtSandbox(sandboxUrl: string): Promise<void> {
  const browser = openBrowser();
  for (;;) {
    const page = await browser.open(`${sandboxUrl}/connected-apps`);
    const form = formsOf(page).find(({ method }) => method === 'post');
    if (form === undefined) return;
    await browser.submit(form);
  }
}
