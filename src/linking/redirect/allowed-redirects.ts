import { isAppUrl } from './app-scheme.ts';

/**
 * Parses an entry of the list of allowed redirects: an http or https URL, or that of an app, without user, query and
 * fragment. Returns `undefined` for other texts.
 */
export function parseAllowedRedirect(text: string): URL | undefined {
  const isPlain = /^[^\s\\?#{}*@%]+$/.test(text);
  const isWeb = /^https?:\/\/[^/]/.test(text);
  return isPlain && (isWeb || isAppUrl(text)) && URL.canParse(text) ? new URL(text) : undefined;
}

/**
 * Reports whether a redirect URL is under one of the allowed ones: it has the same scheme, host and port, and the
 * same path or one below it. An entry that is only the scheme of an app, such as `myapp://`, allows each URL of the app.
 */
export function isAllowedRedirect(url: string, allowed: readonly URL[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, pathname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  return allowed.some((entry) => {
    if (entry.protocol !== protocol) return false;
    const isWholeApp = entry.host === '' && entry.pathname === '';
    return isWholeApp || (entry.host === host && isWithin(pathname, entry.pathname));
  });
}

function isWithin(pathname: string, folder: string): boolean {
  const start = folder.replace(/\/+$/, '');
  if (start === '') return true;
  // Some servers decode these before they look for the folder above, and some take `..;` for it.
  if (/%2f|%5c|\/(\.|%2e){2};/i.test(pathname)) return false;
  return pathname === start || pathname.startsWith(`${start}/`);
}
