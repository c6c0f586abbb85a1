import { permits } from '../domain/api-key.ts';
import type { LinkTarget } from '../linking/links.ts';
import type { GraphQLContext } from './context.ts';
import { unrepeatable } from './faults.ts';

/** Describes a field that hands out a link URL. */
export function linkUrlDescription(what: string): string {
  return `${what} Each time you ask for it you get a new one, which one browser can use, once, within 24 hours. Whoever has it can link on the company's behalf: send it to nobody else. An API key needs the scope WRITE to get one that works; others get the address only, which leads nowhere.`;
}

/** A link is written, which costs more than what is read. */
export const linkComplexity = 10;

/**
 * Makes a link for the answer; answers its code. None for callers who may not change anything: by a link they could
 * change what the company is connected to.
 */
export async function newLinkCode(
  { loaders, caller, answerIsKept }: GraphQLContext,
  target: Omit<LinkTarget, 'allowDifferentAccount'>,
): Promise<string | undefined> {
  if (!permits(caller.scope, 'write')) return undefined;
  if (answerIsKept) throw unrepeatable('linkUrl');
  const { code } = await loaders.newLink.load({ ...target, allowDifferentAccount: false });
  return code;
}
