import type { LinkTarget, NewLink } from '../linking/links.ts';
import type { GraphQLContext } from './context.ts';
import { unrepeatable } from './faults.ts';

/** Describes a field that hands out a link URL. */
export function linkUrlDescription(what: string): string {
  return `${what} Each time you ask for it you get a new one, which one browser can use, once, within 24 hours. Whoever has it can link on the company's behalf: send it to nobody else. An API key needs the scope WRITE to ask for it.`;
}

/** Makes a link for the answer. */
export async function newLink(
  { loaders, answerIsKept }: GraphQLContext,
  target: Omit<LinkTarget, 'allowDifferentAccount'>,
): Promise<NewLink> {
  if (answerIsKept) throw unrepeatable('linkUrl');
  return loaders.newLink.load({ ...target, allowDifferentAccount: false });
}
