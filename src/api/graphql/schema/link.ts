import { permits } from '../../../domain/api-key.ts';
import { newLinkCode, type LinkTarget } from '../../../linking/flow/link-code.ts';
import type { GraphQLContext } from './context.ts';
import { unrepeatable } from './faults.ts';

/** Returns the description of a field that returns a link URL. */
export function linkUrlDescription(what: string): string {
  return `${what} Each request returns a new URL. One browser can use it, once, within 24 hours. Anyone who has the URL can link on behalf of the company, so send it only to people of the company. Requires an API key with the scope WRITE: other keys get a URL that does not work. Cannot be requested in a mutation with an \`Idempotency-Key\`.`;
}

/**
 * Returns a new link code for the response. `undefined` for callers with read access only, because links change
 * connections. Throws if the response is stored.
 */
export function linkCodeFor(
  { vault, clock, caller, answerIsKept }: GraphQLContext,
  target: Omit<LinkTarget, 'allowDifferentAccount'>,
): string | undefined {
  if (!permits(caller.scope, 'write')) return undefined;
  if (answerIsKept) throw unrepeatable('linkUrl');
  return newLinkCode(vault, { ...target, allowDifferentAccount: false }, clock.now()).code;
}
