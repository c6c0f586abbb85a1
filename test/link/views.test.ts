import { catalogue } from '../../src/catalogue/catalogue.ts';
import { describe, expect, test } from 'vitest';
import { choosePage } from '../../src/linking/pages/views/choose-page.ts';
import { confirmPage } from '../../src/linking/pages/views/confirm-page.ts';
import { problemPage } from '../../src/linking/pages/views/problem-page.ts';
import { resultPage } from '../../src/linking/pages/views/result-page.ts';
import { named, readHtml, type HtmlElement } from '../support/html.ts';
import {
  aChoosePage,
  aConfirmPage,
  aProblemPage,
  aResultPage,
  connectionsInEachStatus,
  groupsOf,
  namedSite,
  namelessSite,
  pages,
  plantedCode,
} from '../support/link-pages.ts';

describe('choosePage', () => {
  test('has a button for each platform, and carries the code on with it', () => {
    const page = readHtml(String(choosePage(aChoosePage, namedSite)));
    const forms = named(page, 'form').filter(({ attributes }) => attributes['method'] === 'post');
    const offered = forms.flatMap((form) => named(form, 'button'));
    const platforms = aChoosePage.groups.flatMap((group) => group.platforms);
    expect(offered.map(({ attributes }) => attributes['value'])).toEqual(
      platforms.map(({ key }) => key),
    );
    for (const form of forms) {
      expect(form.attributes['action']).toBe(aChoosePage.action);
      expect(hidden(form)).toEqual({ code: plantedCode });
    }
  });

  test('posts no code where the cookie suffices', () => {
    const page = readHtml(String(choosePage({ ...aChoosePage, fields: [] }, namedSite)));
    expect(hidden(page)).toEqual({});
  });

  test('searches by loading the page, and leads to what was found', () => {
    const page = readHtml(String(choosePage({ ...aChoosePage, search: 'xe' }, namedSite)));
    const [search, showAll] = named(page, 'form').filter(
      ({ attributes }) => attributes['method'] === 'get',
    );
    expect(search?.attributes).toMatchObject({
      role: 'search',
      action: `${aChoosePage.action}#platforms`,
    });
    expect(search && hidden(search)).toEqual({ code: plantedCode });
    expect(showAll && hidden(showAll)).toEqual({ code: plantedCode });
    expect(withRole(page, 'status')[0]?.text).toBe(`${catalogue().length} platforms match “xe”.`);
  });

  test.for([
    [0, 'No platform matches “xe”.'],
    [1, '1 platform matches “xe”.'],
  ] as const)('counts what was found: %i', ([count, words]) => {
    const platform = { key: 'gbol', name: 'Xero', unavailable: undefined };
    const groups =
      count === 0 ? [] : [{ sourceType: 'Accounting', platforms: [platform] } as const];
    const page = readHtml(String(choosePage({ ...aChoosePage, search: 'xe', groups }, namedSite)));
    expect(withRole(page, 'status')[0]?.text).toBe(words);
  });

  test('shows what is connected first, its status in words, and what can be done about it', () => {
    const page = readHtml(
      String(choosePage({ ...aChoosePage, connections: connectionsInEachStatus }, namedSite)),
    );
    const [connections, platforms] = named(page, 'section');
    expect(platforms?.attributes['id']).toBe('platforms');
    const rows = named(connections ?? page, 'li');
    expect(rows.map(({ text }) => text)).toEqual([
      'P Platform 0 Banking, added 3 March 2026 Status: Not finished Continue with Platform 0',
      'P Platform 1 Banking, added 3 March 2026 Status: Connected Renew access to Platform 1',
      'P Platform 2 Banking, added 3 March 2026 Status: Disconnected Connect again to Platform 2',
      'P Platform 3 Banking, added 3 March 2026 Status: Access expired or withdrawn Renew access to Platform 3',
    ]);
    expect(rows.map((row) => hidden(row))).toEqual(
      connectionsInEachStatus.map(({ relink }) => ({
        code: plantedCode,
        connectionId: relink?.connectionId,
      })),
    );
  });

  test('offers nothing for a connection that cannot be linked', () => {
    const page = readHtml(String(pages['choose, connections that cannot be linked']));
    const [connections] = named(page, 'section');
    expect(named(connections ?? page, 'form', 'button')).toEqual([]);
  });

  test('says why a platform cannot be chosen, and offers the others', () => {
    const page = readHtml(String(pages['choose, some unavailable']));
    const chosen = named(page, 'button').map(({ attributes }) => attributes['value']);
    expect(chosen).not.toContain('gbol');
    expect(chosen).toContain('qhyg');
    expect(named(page, 'li').map(({ text }) => text)).toContain('X Xero Not now.');
  });

  test('folds a source type away of which nothing can be chosen, unless it was searched for', () => {
    const groups = groupsOf(() => 'Another one is active.').slice(0, 1);
    const page = readHtml(String(choosePage({ ...aChoosePage, groups }, namedSite)));
    expect(named(page, 'summary').map(({ text }) => text)).toEqual(['Show the 20 platforms']);
    expect(page.text.split('Another one is active.')).toHaveLength(2);
    const searched = { ...aChoosePage, groups, search: 'a' };
    expect(named(readHtml(String(choosePage(searched, namedSite))), 'details')).toEqual([]);
  });

  test('announces the notice', () => {
    const page = readHtml(String(choosePage({ ...aChoosePage, notice: 'Taken.' }, namedSite)));
    expect(withRole(page, 'status')[0]?.text).toBe('Taken.');
  });

  test('says so where nothing can be connected', () => {
    const page = readHtml(String(choosePage({ ...aChoosePage, groups: [] }, namedSite)));
    expect(page.text).toContain('No platform can be connected here at the moment.');
    expect(named(page, 'form')).toEqual([]);
  });
});

describe('confirmPage', () => {
  test('names the company, the platform and who asks, and posts the code', () => {
    const page = readHtml(String(confirmPage(aConfirmPage, namedSite)));
    expect(named(page, 'dd').map(({ text }) => text)).toEqual([
      'Bright & Sons',
      'Xero',
      'Accounting',
      'Northwind Lending',
    ]);
    const [form] = named(page, 'form');
    expect(form?.attributes).toMatchObject({ method: 'post', action: aConfirmPage.action });
    expect(form && hidden(form)).toEqual({ code: plantedCode });
    expect(form?.text).toBe('Continue to Xero');
  });

  test.for([
    ['PendingAuth', 'Connect Xero'],
    ['Linked', 'Renew access to Xero'],
    ['Unlinked', 'Connect Xero again'],
    ['Deauthorized', 'Renew access to Xero'],
  ] as const)('says what is about to happen: %s', ([status, heading]) => {
    const page = readHtml(String(confirmPage({ ...aConfirmPage, status }, namedSite)));
    expect(named(page, 'h1')[0]?.text).toBe(heading);
  });

  test.for([true, false])('asks for the same account only where it matters: %s', (sameAccount) => {
    const page = readHtml(String(confirmPage({ ...aConfirmPage, sameAccount }, namedSite)));
    expect(page.text.includes('the same account')).toBe(sameAccount);
  });
});

describe('resultPage', () => {
  test('announces that the connection is made', () => {
    const page = readHtml(String(resultPage(aResultPage, namedSite)));
    expect(named(page, 'h1')[0]?.text).toBe('Xero is connected');
    expect(withRole(page, 'status')).toHaveLength(1);
    expect(links(page)).toEqual([[aResultPage.back, 'Back to your connections']]);
  });

  test('announces why it failed, and offers to try again', () => {
    const failed = { ...aResultPage, outcome: 'failed', message: 'You declined.' } as const;
    const page = readHtml(String(resultPage(failed, namedSite)));
    expect(named(page, 'h1')[0]?.text).toBe('Connecting to Xero was not completed');
    expect(withRole(page, 'alert')[0]?.text).toBe('You declined.');
    expect(links(page)).toEqual([[aResultPage.back, 'Try again']]);
  });

  test('offers no way back where there is none', () => {
    const failed = { ...aResultPage, outcome: 'failed', back: undefined } as const;
    const page = readHtml(String(resultPage(failed, namedSite)));
    expect(links(page)).toEqual([]);
    expect(page.text).toContain('ask for a new link');
  });
});

describe('problemPage', () => {
  test('gives the status and what finds the request in the log', () => {
    const problem = { ...aProblemPage, requestId: 'r-1' };
    const page = readHtml(String(problemPage(problem, namelessSite)));
    expect(named(page, 'main')[0]?.text).toBe(
      'This link cannot be used any more Please ask for a new one. Error 410, reference r-1',
    );
  });
});

function withRole(element: HtmlElement, role: string): HtmlElement[] {
  return element.elements.filter(({ attributes }) => attributes['role'] === role);
}

function links(element: HtmlElement) {
  return named(element, 'a').map(({ attributes, text }) => [attributes['href'], text]);
}

function hidden(element: HtmlElement): Record<string, string> {
  return Object.fromEntries(
    named(element, 'input')
      .filter(({ attributes }) => attributes['type'] === 'hidden')
      .map(({ attributes }) => [attributes['name'] ?? '', attributes['value'] ?? '']),
  );
}
