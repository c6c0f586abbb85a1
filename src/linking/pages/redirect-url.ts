/** The values of the placeholders in the URL to which the user is redirected after linking. */
export interface RedirectValues {
  readonly companyId: string;
  readonly connectionId: string;
  readonly integrationId: string;
  readonly sourceId: string;
  readonly platformName: string;
  readonly sourceType: string;
  readonly statusCode: string;
  readonly errorMessage: string;
}

const names: readonly (keyof RedirectValues)[] = [
  'companyId',
  'connectionId',
  'integrationId',
  'sourceId',
  'platformName',
  'sourceType',
  'statusCode',
  'errorMessage',
];

const placeholder = /\{([^{}]*)\}/g;

/**
 * Returns why a template is not a valid redirect URL; `undefined` if it is valid. The placeholders are those of Codat's
 * redirect URLs, such as `{companyId}`, and may stand only after the host.
 */
export function faultOfRedirectTemplate(template: string): string | undefined {
  const unknown = [...template.matchAll(placeholder)].find(
    ([, name = '']) => !names.some((known) => known === name),
  );
  if (unknown)
    return `must not have placeholders other than ${names.map((it) => `{${it}}`).join(', ')}`;
  // URLs may hold neither spaces nor backslashes, and URL parsers treat them differently.
  const isUrl = /^https?:\/\/[^\s/?#{}\\]+([/?#][^\s\\]*)?$/.test(template);
  if (!isUrl || !URL.canParse(filled(template, sample))) {
    return 'must be an http or https URL, with placeholders only after its host';
  }
  return undefined;
}

const sample: RedirectValues = {
  companyId: 'a',
  connectionId: 'a',
  integrationId: 'a',
  sourceId: 'a',
  platformName: 'a',
  sourceType: 'a',
  statusCode: '200',
  errorMessage: '',
};

/** Replaces a template's placeholders by the values, each encoded for URLs. */
export function fillRedirectTemplate(template: string, values: RedirectValues): string {
  // `URL` encodes the template's non-ASCII characters. Unlike encodeURI, it does not encode the values again.
  return new URL(filled(template, values)).href;
}

function filled(template: string, values: RedirectValues): string {
  return template.replaceAll(placeholder, (_, name: string) =>
    encodeURIComponent(values[name as keyof RedirectValues]),
  );
}
