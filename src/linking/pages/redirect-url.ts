/** What is told to the page to which the company's people are sent on. */
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
 * Why a template is not the URL of a page to be sent on to, if it is not: placeholders such as `{companyId}`, those of
 * Codat's redirect URLs, may stand after the host.
 */
export function faultOfRedirectTemplate(template: string): string | undefined {
  const unknown = [...template.matchAll(placeholder)].find(
    ([, name = '']) => !names.some((known) => known === name),
  );
  if (unknown) return `must have no placeholders but ${names.map((it) => `{${it}}`).join(', ')}`;
  // URLs may hold neither spaces nor backslashes; readers of URLs differ in what they make of them.
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

/** Fills a template's placeholders in, each value encoded for URLs. */
export function fillRedirectTemplate(template: string, values: RedirectValues): string {
  // What is not ASCII in the template is encoded here: done to the whole, it would encode the values again.
  return new URL(filled(template, values)).href;
}

function filled(template: string, values: RedirectValues): string {
  return template.replaceAll(placeholder, (_, name: string) =>
    encodeURIComponent(values[name as keyof RedirectValues]),
  );
}
