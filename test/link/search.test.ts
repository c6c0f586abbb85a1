import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { textOf } from '../support/browser.ts';
import { named, readHtml } from '../support/html.ts';
import { newCompany, openBrowser, startLinkingGateway } from '../support/linking.ts';
import { inDatabase } from '../support/rows.ts';

const linking = shared(() => startLinkingGateway());

/** Returns the keys of the platforms that a link page shows for a search. */
async function search(linkUrl: string, words: string) {
  const url = new URL(linkUrl);
  url.searchParams.set('q', words);
  const { status, html } = await openBrowser().open(url);
  const page = readHtml(html);
  const keys = named(page, 'button')
    .filter(({ attributes }) => attributes['name'] === 'integrationKey')
    .map(({ attributes }) => attributes['value'] ?? '');
  return { status, html, text: textOf(html), page, keys };
}

test('the page offers the platforms that are enabled, and no others', async () => {
  const gateway = await startLinkingGateway({
    CLIENT_ID_GBOL: 'id',
    CLIENT_SECRET_GBOL: 'PLANTED',
  });
  const { linkUrl } = await newCompany(gateway);

  const { keys, html } = await search(linkUrl, '');

  expect(keys.toSorted()).toEqual(['aiwb', 'bsbx', 'gbol', 'mqjo']);
  expect(html).not.toContain('PLANTED');
});

test.for([
  ['xero', ['gbol']],
  ['XE', ['gbol']],
  ['ＸＥＲＯ', ['gbol']],
  ['  Xero  ', ['gbol']],
  ['nothing like it', []],
] as const)('a search for "%s" finds %j', async ([words, found]) => {
  const gateway = await startLinkingGateway({ CLIENT_ID_GBOL: 'id', CLIENT_SECRET_GBOL: 's' });
  const { linkUrl } = await newCompany(gateway);

  expect((await search(linkUrl, words)).keys).toEqual(found);
});

test.for([
  '"><script>alert(1)</script>',
  `' onfocus='alert(1)`,
  '</title><svg onload=alert(1)>',
  '&lt;b&gt;',
  '漢字 العربية עברית',
  '\u202Eesrever',
  '%00',
])('a search is text on the page, and stays in its field: %s', async (words) => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);

  const { status, text, page } = await search(linkUrl, words);

  expect(status).toBe(200);
  expect(named(page, 'script', 'svg').filter(({ attributes }) => 'onload' in attributes)).toEqual(
    [],
  );
  expect(named(page, 'input').find(({ attributes }) => attributes['name'] === 'q')).toMatchObject({
    attributes: { value: words },
  });
  expect(named(page, 'main')[0]?.text).toContain(words);
  expect(text).toContain('No platform matches');
});

test('a search of any length is answered, and cut', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);

  const { status, html } = await search(linkUrl, '😀'.repeat(700));

  expect(status).toBe(200);
  expect(html).not.toContain('😀'.repeat(150));
});

test("a company's name in any script is text on every page", async () => {
  const gateway = linking();
  const name = `株式会社 <b>"'&</b> عربى ‮ 😀`;
  const { companyId } = await gateway.withCompany();
  // An override of the direction, as in a name that was stored before such names were refused.
  inDatabase(gateway.file, (db) =>
    db.prepare('UPDATE companies SET name = ? WHERE id = ?').run(name, companyId),
  );
  const { data } = await gateway.query('query ($id: ID!) { company(id: $id) { linkUrl } }', {
    id: companyId,
  });

  const { page } = await search(data.company.linkUrl, '');

  expect(named(page, 'bdi').map(({ text }) => text)).toContain(name);
  expect(named(page, 'title')[0]?.text).not.toContain('株式会社');
});
