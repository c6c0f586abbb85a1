import { isAppUrl } from './app-scheme.ts';

/** The values of the gateway's own placeholders in the URL to which the user is redirected after linking. */
export interface RedirectValues {
  readonly clientId: string;
  readonly companyId: string;
  readonly connectionId: string;
  readonly integrationId: string;
  readonly sourceId: string;
  readonly platform: string;
  readonly platformName: string;
  readonly sourceType: string;
  readonly statusCode: string;
  readonly statusText: string;
  readonly errorMessage: string;
}

const sample: RedirectValues = {
  clientId: 'a',
  companyId: 'a',
  connectionId: 'a',
  integrationId: 'a',
  sourceId: 'a',
  platform: 'a',
  platformName: 'a',
  sourceType: 'a',
  statusCode: '200',
  statusText: '',
  errorMessage: '',
};

const ownNames = Object.keys(sample);
/** Names of the link pages' own parameters and form fields, which no custom parameter may have. */
const pageNames = ['code', 'confirm', 'integrationKey', 'q', 'redirectUrl'];
const reserved = new Set([...ownNames, ...pageNames].map((name) => name.toLowerCase()));

/** The limits of redirect URLs: characters, and the number of custom placeholders. */
export const redirectLimits = { length: 2048, custom: 10 } as const;

const placeholder = /\{([^{}]*)\}/g;

/**
 * Returns why a template is not a valid redirect URL; `undefined` if it is valid. Placeholders stand after the host. They
 * are the gateway's own, as in Codat's redirect URLs (https://docs.codat.io/auth-flow/customize/set-up-redirects), or
 * name parameters of the link's URL. `allowsApps` allows URLs that open an app, such as `myapp://linked`.
 */
export function faultOfRedirectTemplate(
  template: string,
  { allowsApps = false } = {},
): string | undefined {
  if (template.length > redirectLimits.length) {
    return `must be at most ${redirectLimits.length} characters`;
  }
  const custom = customNamesOf(template);
  const unusable = custom.find((name) => !isCustomName(name));
  if (unusable !== undefined) {
    return `must not have the placeholder {${unusable.slice(0, 50)}}: use ${ownNames.map((it) => `{${it}}`).join(', ')}, or the name of a parameter of the link's URL, which has 1 to 50 letters, digits, underscores or dashes, begins with a letter, and is none of ${pageNames.join(', ')}`;
  }
  if (custom.length > redirectLimits.custom) {
    return `must have at most ${redirectLimits.custom} placeholders of its own`;
  }
  // URLs may hold neither spaces nor backslashes, and URL parsers treat them differently.
  const isUrl = /^https?:\/\/[^\s/?#{}\\]+([/?#][^\s\\]*)?$/.test(template);
  if (!isUrl && !(allowsApps && isAppUrl(template))) {
    return `must be an http or https URL${allowsApps ? ', or the URL of an app such as myapp://linked' : ''}, with placeholders only after its host`;
  }
  // Half a surrogate pair cannot be encoded.
  const isText = template.isWellFormed();
  return isText && URL.canParse(filled(template, sample)) ? undefined : 'must be a URL';
}

/** Returns the names of a template's custom placeholders, each once. */
export function customNamesOf(template: string): string[] {
  const names = [...template.matchAll(placeholder)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !Object.hasOwn(sample, name));
}

function isCustomName(name: string): boolean {
  // A name that differs from a reserved one in case only is a mistake.
  return /^[a-z][\w-]{0,49}$/i.test(name) && !reserved.has(name.toLowerCase());
}

/** Replaces a template's placeholders by the values, each encoded for URLs. A placeholder without a value is empty. */
export function fillRedirectTemplate(
  template: string,
  values: RedirectValues,
  custom: Readonly<Record<string, string>> = {},
): string {
  // `URL` encodes the template's non-ASCII characters. Unlike encodeURI, it does not encode the values again.
  return new URL(filled(template, { ...custom, ...values })).href;
}

function filled(template: string, values: RedirectValues | Readonly<Record<string, string>>) {
  const known = new Map(Object.entries(values));
  return template.replaceAll(placeholder, (_, name: string) =>
    encodeURIComponent(known.get(name) ?? ''),
  );
}
