import { describe, expect, test } from 'vitest';
import { attributesNamed, named, readHtml } from '../support/html.ts';
import { hostile, pages, plantedCode } from '../support/link-pages.ts';

const all = Object.entries(pages).map(([name, page]) => ({ name, page: readHtml(String(page)) }));

describe.for(all)('$name', ({ page }) => {
  test('has no script, no inline style and nothing embedded', () => {
    const forbidden = ['script', 'style', 'img', 'iframe', 'object', 'embed', 'base', 'template'];
    expect(named(page, ...forbidden)).toEqual([]);
    const attributes = page.elements.flatMap((element) => Object.keys(element.attributes));
    expect(attributes.filter((key) => /^on|^style$|^http-equiv$/.test(key))).toEqual([]);
  });

  test('leads only to paths of this server', () => {
    const addresses = attributesNamed(page, 'href', 'action', 'src', 'formaction', 'xlink:href');
    expect(addresses.filter((address) => !/^(?:\/(?!\/)|#)[\w/.#-]*$/.test(address))).toEqual([]);
  });

  test('is found by nobody and tells nobody where it is', () => {
    const meta = named(page, 'meta').map(({ attributes }) => [
      attributes['name'],
      attributes['content'],
    ]);
    expect(Object.fromEntries(meta)).toMatchObject({
      robots: 'noindex',
      referrer: 'no-referrer',
      viewport: 'width=device-width, initial-scale=1',
    });
  });

  test('carries the code in hidden inputs only', () => {
    const others = page.elements.filter(
      ({ name, attributes }) =>
        !(name === 'input' && attributes['type'] === 'hidden' && attributes['name'] === 'code'),
    );
    const shown = others.flatMap(({ text, attributes }) =>
      [text].concat(Object.values(attributes)),
    );
    expect(shown.filter((text) => text.includes(plantedCode))).toEqual([]);
  });

  test('has a language, a title, landmarks and headings in order', () => {
    expect(page.attributes['lang']).toBe('en');
    const once = named(page, 'title', 'header', 'main', 'footer', 'h1').map(({ name }) => name);
    expect(once).toEqual(['title', 'header', 'main', 'h1', 'footer']);
    const levels = named(page, 'h1', 'h2', 'h3', 'h4').map(({ name }) => Number(name.slice(1)));
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
  });

  test('names every field, button and link', () => {
    const labelled = named(page, 'label').map(({ attributes }) => attributes['for']);
    const fields = named(page, 'input', 'select', 'textarea')
      .filter(({ attributes }) => attributes['type'] !== 'hidden')
      .map(({ attributes }) => attributes['id']);
    expect(labelled).toEqual(fields);
    const nameless = named(page, 'button', 'a', 'summary').filter(({ text }) => text === '');
    expect(nameless).toEqual([]);
  });

  test('gives ids once and refers to those that exist', () => {
    const ids = attributesNamed(page, 'id');
    expect(new Set(ids).size).toBe(ids.length);
    const fragments = attributesNamed(page, 'href', 'action').flatMap((a) => a.split('#').slice(1));
    const references = attributesNamed(page, 'for', 'aria-labelledby', 'aria-describedby');
    expect([...fragments, ...references].filter((reference) => !ids.includes(reference))).toEqual(
      [],
    );
  });

  test('posts what was pressed', () => {
    const posts = named(page, 'form').filter(({ attributes }) => attributes['method'] === 'post');
    const mute = posts.filter((form) => {
      const buttons = named(form, 'button').map(({ attributes: { type, name, value } }) =>
        Boolean(type === 'submit' && name && value),
      );
      return buttons.length === 0 || buttons.includes(false);
    });
    expect(mute).toEqual([]);
  });
});

describe('what people give', () => {
  test.for(all.filter(({ name }) => name.includes('hostile')))('is text in: $name', ({ page }) => {
    expect(named(page, 'main')[0]?.text).toContain(hostile);
    expect(named(page, 'header')[0]?.text).toBe(hostile);
  });

  test('reaches the forms unchanged', () => {
    const page = readHtml(String(pages['choose, hostile']));
    const values = named(page, 'input', 'button').map(({ attributes }) => attributes);
    for (const name of ['q', 'integrationKey', 'connectionId']) {
      expect(values).toContainEqual(expect.objectContaining({ name, value: hostile }));
    }
  });

  test('does not name the company in the title, which the browser remembers', () => {
    const titles = all.flatMap(({ page }) => named(page, 'title').map(({ text }) => text));
    expect(titles.filter((title) => title.includes('Bright'))).toEqual([]);
  });
});
