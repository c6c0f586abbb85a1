import { catalogue } from '../../src/catalogue/catalogue.ts';
import { sourceTypes } from '../../src/domain/source-type.ts';
import { connectionStatuses } from '../../src/domain/status.ts';
import { choosePage, type ChoosePage } from '../../src/linking/pages/views/choose-page.ts';
import { confirmPage, type ConfirmPage } from '../../src/linking/pages/views/confirm-page.ts';
import type { Html } from '../../src/web/html.ts';
import type { Site } from '../../src/linking/pages/views/layout.ts';
import { problemPage, type ProblemPage } from '../../src/linking/pages/views/problem-page.ts';
import { resultPage, type ResultPage } from '../../src/linking/pages/views/result-page.ts';

/** Text from users or platforms that tries to break out of any HTML context. */
export const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)> style=x &lt; javascript:alert(1)`;

/** A code that occurs nowhere else in a page. */
export const plantedCode = 'planted-code-6f1d';

export const namedSite: Site = {
  stylesheet: '/link/link.css',
  applicationName: 'Northwind Lending',
};
export const namelessSite: Site = { ...namedSite, applicationName: undefined };
const hostileSite: Site = { ...namedSite, applicationName: hostile };

export const aChoosePage: ChoosePage = {
  companyName: 'Bright & Sons',
  action: '/link/companies/1',
  fields: [['code', plantedCode]],
  search: '',
  groups: groupsOf(() => undefined),
  connections: [],
  notice: undefined,
};

export const aConfirmPage: ConfirmPage = {
  companyName: 'Bright & Sons',
  platformName: 'Xero',
  sourceType: 'Accounting',
  status: 'PendingAuth',
  action: '/link/companies/1/connections/2/start',
  fields: [['code', plantedCode]],
  sameAccount: false,
};

export const aResultPage: ResultPage = {
  companyName: 'Bright & Sons',
  platformName: 'Xero',
  outcome: 'linked',
  message: undefined,
  back: '/link/companies/1',
};

export const aProblemPage: ProblemPage = {
  status: 410,
  title: 'This link cannot be used any more',
  message: 'Please ask for a new one.',
};

/** A connection in each status, all of which can be linked. */
export const connectionsInEachStatus: ChoosePage['connections'] = connectionStatuses.map(
  (status, index) => ({
    platformName: `Platform ${index}`,
    sourceType: 'Banking',
    status,
    created: Date.UTC(2026, 2, 3, 23, 30),
    relink: { integrationKey: `key${index}`, connectionId: `connection-id-${index}` },
  }),
);

/** Returns the platforms of the catalogue by source type. */
export function groupsOf(
  unavailable: (key: string | null) => string | undefined,
): ChoosePage['groups'] {
  return sourceTypes
    .map((sourceType) => ({
      sourceType,
      platforms: catalogue()
        .filter((integration) => integration.sourceType === sourceType)
        .map(({ key, name }) => ({ key: key ?? '', name, unavailable: unavailable(key) })),
    }))
    .filter(({ platforms }) => platforms.length > 0);
}

const hostileChoosePage: ChoosePage = {
  ...aChoosePage,
  companyName: hostile,
  search: hostile,
  notice: hostile,
  groups: [
    {
      sourceType: 'Banking',
      platforms: [
        { key: hostile, name: hostile, unavailable: undefined },
        { key: 'b', name: hostile, unavailable: hostile },
      ],
    },
    {
      sourceType: 'Accounting',
      platforms: [{ key: 'a', name: hostile, unavailable: hostile }],
    },
  ],
  connections: connectionsInEachStatus.map((connection) =>
    Object.assign({}, connection, {
      platformName: hostile,
      relink: { integrationKey: hostile, connectionId: hostile },
    }),
  ),
};

/** Every page in all its variants. */
export const pages: Readonly<Record<string, Html>> = {
  choose: choosePage(aChoosePage, namedSite),
  'choose without a code': choosePage({ ...aChoosePage, fields: [] }, namelessSite),
  'choose, with connections': choosePage(
    { ...aChoosePage, connections: connectionsInEachStatus, notice: 'One is active.' },
    namedSite,
  ),
  'choose, connections that cannot be linked': choosePage(
    {
      ...aChoosePage,
      connections: connectionsInEachStatus.map((connection) =>
        Object.assign({}, connection, { relink: undefined }),
      ),
    },
    namedSite,
  ),
  'choose, some unavailable': choosePage(
    { ...aChoosePage, groups: groupsOf((key) => (key === 'gbol' ? 'Not now.' : undefined)) },
    namedSite,
  ),
  'choose, all unavailable': choosePage(
    { ...aChoosePage, groups: groupsOf(() => 'Not now.') },
    namedSite,
  ),
  'choose, searched': choosePage({ ...aChoosePage, search: 'a' }, namedSite),
  'choose, nothing found': choosePage({ ...aChoosePage, search: 'a', groups: [] }, namedSite),
  'choose, nothing enabled': choosePage({ ...aChoosePage, groups: [] }, namelessSite),
  'choose, hostile': choosePage(hostileChoosePage, hostileSite),
  ...Object.fromEntries(
    connectionStatuses.map((status) => [
      `confirm, ${status}`,
      confirmPage({ ...aConfirmPage, status, sameAccount: true }, namedSite),
    ]),
  ),
  'confirm without a code': confirmPage({ ...aConfirmPage, fields: [] }, namelessSite),
  'confirm, hostile': confirmPage(
    { ...aConfirmPage, companyName: hostile, platformName: hostile, status: 'Unlinked' },
    hostileSite,
  ),
  'result, linked': resultPage(aResultPage, namedSite),
  'result, failed': resultPage({ ...aResultPage, outcome: 'failed' }, namedSite),
  'result, failed for good': resultPage(
    { ...aResultPage, outcome: 'failed', back: undefined, message: 'You declined.' },
    namelessSite,
  ),
  'result, linked, hostile': resultPage(
    { ...aResultPage, companyName: hostile, platformName: hostile, message: hostile },
    hostileSite,
  ),
  'result, failed, hostile': resultPage(
    {
      ...aResultPage,
      outcome: 'failed',
      companyName: hostile,
      platformName: hostile,
      message: hostile,
    },
    hostileSite,
  ),
  problem: problemPage(aProblemPage, namedSite),
  'problem, hostile': problemPage(
    { status: 500, title: hostile, message: hostile, requestId: hostile },
    hostileSite,
  ),
};
