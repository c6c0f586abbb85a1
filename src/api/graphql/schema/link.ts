import { permits } from '../../../domain/api-key.ts';
import { newLinkCode, type LinkTarget } from '../../../linking/flow/link-code.ts';
import type { GraphQLContext } from './context.ts';
import { unrepeatable } from './faults.ts';

/** Describes a field that hands out a link URL. */
export function linkUrlDescription(what: string): string {
  return `${what} Each request returns a new URL. One browser can use it, once, within 24 hours. Anyone who has the URL can link on behalf of the company, so send it only to people of the company. Requires an API key with the scope WRITE: other keys get a URL that does not work. Cannot be requested in a mutation with an \`Idempotency-Key\`.`;
}

/**
 * Makes the code of a link for the answer. None for callers who may not change anything: by a link they could change what
 * the company is connected to.
 */
export function linkCodeFor(
  { vault, clock, caller, answerIsKept }: GraphQLContext,
  target: Omit<LinkTarget, 'allowDifferentAccount'>,
): string | undefined {
  if (!permits(caller.scope, 'write')) return undefined;
  if (answerIsKept) throw unrepeatable('linkUrl');
  return newLinkCode(vault, { ...target, allowDifferentAccount: false }, clock.now()).code;
}
