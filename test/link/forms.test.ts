import { expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { textOf } from '../support/browser.ts';
import { send } from '../support/http.ts';
import { formType, openForm } from '../support/link-form.ts';
import { connectionsOf, newCompany, startLinkingGateway } from '../support/linking.ts';

const linking = shared(() => startLinkingGateway());

test.for(['cross-site', 'same-site', 'none', 'anything'])(
  'a form that the browser says is from elsewhere (%s) is refused, and begins nothing',
  async (site) => {
    const gateway = linking();
    const { companyId, linkUrl } = await newCompany(gateway);
    const { path, cookie, body } = await openForm(gateway, linkUrl);

    const { status } = await send(gateway.url, {
      method: 'POST',
      path,
      headers: { cookie, 'content-type': formType, 'sec-fetch-site': site },
      body,
    });

    expect(status).toBe(403);
    expect(await connectionsOf(gateway, companyId)).toEqual([]);
  },
);

test.for([
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded-not',
  '',
])('a form of the type "%s" is refused', async (type) => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const { path, cookie, body } = await openForm(gateway, linkUrl);
  const headers = { cookie, ...(type !== '' && { 'content-type': type }) };

  const { status } = await send(gateway.url, { method: 'POST', path, headers, body });

  expect(status).toBe(415);
  expect(await connectionsOf(gateway, companyId)).toEqual([]);
});

test.for([true, false])('a form too large is refused (length told: %s)', async (isTold) => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const { path, cookie, body } = await openForm(gateway, linkUrl);

  const { status, text } = await send(gateway.url, {
    method: 'POST',
    path,
    headers: {
      cookie,
      'content-type': formType,
      ...(!isTold && { 'transfer-encoding': 'chunked' }),
    },
    body: `${body}&x=${'x'.repeat(32_768)}`,
  });

  expect(status).toBe(413);
  expect(textOf(text)).toContain('This request is not valid');
});

test.for([
  'integrationKey=gbol',
  'integrationKey=zzzz',
  'integrationKey=',
  'integrationKey=../mqjo',
  'integrationKey=%00',
  '',
])('a platform that is not offered cannot be linked: %s', async (chosen) => {
  const gateway = linking();
  const { companyId, linkUrl } = await newCompany(gateway);
  const { path, cookie, body } = await openForm(gateway, linkUrl);

  const { status, text } = await send(gateway.url, {
    method: 'POST',
    path,
    headers: { cookie, 'content-type': formType },
    body: body.replace('integrationKey=mqjo', chosen),
  });

  expect(status).toBe(409);
  expect(textOf(text)).toContain('This platform cannot be connected at the moment');
  expect(await connectionsOf(gateway, companyId)).toEqual([]);
});

test('a form whose connection is no id is not understood', async () => {
  const gateway = linking();
  const { linkUrl } = await newCompany(gateway);
  const { path, cookie, body } = await openForm(gateway, linkUrl);

  const { status } = await send(gateway.url, {
    method: 'POST',
    path,
    headers: { cookie, 'content-type': formType },
    body: `${body}&connectionId=x`,
  });

  expect(status).toBe(400);
});
