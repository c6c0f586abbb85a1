/**
 * Schemes that do not name an app: browsers run or read what follows them, or they belong to the network. All others may
 * name an app (RFC 8252, section 7.1).
 */
const notApps = new Set([
  'about',
  'blob',
  'chrome',
  'data',
  'file',
  'filesystem',
  'ftp',
  'ftps',
  'http',
  'https',
  'jar',
  'javascript',
  'mailto',
  'resource',
  'sms',
  'tel',
  'vbscript',
  'view-source',
  'ws',
  'wss',
]);

const appUrl = /^([a-z][a-z0-9+.-]*):\/\/[^\s/?#{}\\]*([/?#][^\s\\]*)?$/;

/** Reports whether a text is the URL of an app, such as `myapp://linked`. Its scheme is in lower case. */
export function isAppUrl(text: string): boolean {
  const [, scheme] = appUrl.exec(text) ?? [];
  return scheme !== undefined && !notApps.has(scheme);
}
