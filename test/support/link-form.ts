import { send } from './http.ts';

export const formType = 'application/x-www-form-urlencoded';

/** Opens a link as a browser does. Returns the request with which that browser would choose the accounting sandbox. */
export async function openForm(gateway: { url: string }, linkUrl: string) {
  const { pathname, search, searchParams } = new URL(linkUrl);
  const { headers } = await send(gateway.url, { path: `${pathname}${search}` });
  const cookie = headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
  const code = searchParams.get('code') ?? '';
  return { path: pathname, cookie, body: `integrationKey=mqjo&code=${code}` };
}
