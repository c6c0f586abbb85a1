import { permits } from '../../../domain/api-key.ts';
import { newLinkCode, type LinkTarget } from '../../../linking/flow/link-code.ts';
import type { GraphQLContext } from './context.ts';
import { unrepeatable } from './faults.ts';

/** Describes a field that hands out a link URL. */
export function linkUrlDescription(what: string): string {
  return `${what} Each time you ask for it you get a new one, which one browser can use, once, within 24 hours. Whoever has it can link on the company's behalf: send it to nobody else. An API key needs the scope WRITE to get one that works; others get the address only, which leads nowhere.`;
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
