import { invalidInput, type InvalidInput } from '../../domain/refusal.ts';
import { ok, refuse, type Result } from '../../domain/result.ts';
import { isAllowedRedirect } from './allowed-redirects.ts';
import {
  customNamesOf,
  faultOfRedirectTemplate,
  fillRedirectTemplate,
  type RedirectValues,
} from './template.ts';

/** The configuration of redirects after linking. */
export interface RedirectOptions {
  /** The URL, with placeholders, for links without their own; the gateway's own page if absent. */
  readonly template: string | undefined;
  /** The redirect URL of a single link must be under one of these. */
  readonly allowed: readonly URL[];
  /** The value of `{clientId}`. */
  readonly clientId: string;
}

/** Custom parameters of a link's URL, by name. */
export type Parameters = Readonly<Record<string, string>>;

/** A custom parameter that cannot come back in the redirect. */
export interface UnusableParameter {
  readonly kind: 'UnusableParameter';
}

/** The longest custom parameter, in characters. */
const maxParameterLength = 200;

/** Checks the redirect URL of a new link. */
export function checkRedirectUrl(
  { allowed }: RedirectOptions,
  url: string,
): Result<string, InvalidInput> {
  const fault = faultOfRedirectTemplate(url, { allowsApps: true });
  if (fault !== undefined) return refuse(invalidInput('redirectUrl', fault));
  // The parameters are unknown yet. They stand after the host, and the filled URL is checked again.
  const bare = url.replaceAll(/\{[^{}]*\}/g, 'a');
  if (isAllowedRedirect(bare, allowed)) return ok(url);
  const rule = 'must be under one of the URLs in ALLOWED_REDIRECTS';
  return refuse(invalidInput('redirectUrl', rule));
}

/** Returns the template for a link, given its own redirect URL; the default if that is not, or no longer, allowed. */
function templateFor(options: RedirectOptions, redirectUrl: string | null): string | undefined {
  if (redirectUrl === null) return options.template;
  return checkRedirectUrl(options, redirectUrl).ok ? redirectUrl : options.template;
}

/** Picks the custom parameters that the redirect of a link names. The first of several with one name counts. */
export function parametersFor(
  options: RedirectOptions,
  redirectUrl: string | null,
  given: URLSearchParams,
): Result<Parameters, UnusableParameter> {
  const names = customNamesOf(templateFor(options, redirectUrl) ?? '');
  const found = names.flatMap((name) => {
    const value = given.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  // In a path, a value of dots alone would lead to another folder.
  const isUsable = found.every(
    ([, value]) => value.length <= maxParameterLength && !/^\.+$/.test(value),
  );
  return isUsable ? ok(Object.fromEntries(found)) : refuse({ kind: 'UnusableParameter' });
}

/** Returns the URL to redirect a user to after linking; `undefined` for the gateway's own page. */
export function redirectTarget(
  options: RedirectOptions,
  redirectUrl: string | null,
  values: Omit<RedirectValues, 'clientId'>,
  parameters: Parameters,
): string | undefined {
  const template = templateFor(options, redirectUrl);
  if (template === undefined) return undefined;
  const url = fillRedirectTemplate(template, { ...values, clientId: options.clientId }, parameters);
  const isOwn = template !== options.template;
  return isOwn && !isAllowedRedirect(url, options.allowed) ? undefined : url;
}
