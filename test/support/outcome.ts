import { ask, type Question } from './callers.ts';
import type { TestGateway } from './gateway.ts';

/**
 * Returns the outcome of a document: `passed`, or the status, code and message of its rejection. Throws if a rejected
 * document read or returned any data.
 */
export async function outcomeOf(gateway: TestGateway, question: Question): Promise<string> {
  const headers = { accept: 'application/graphql-response+json' };
  gateway.takeStatements();
  const { status, data, errors } = await ask(gateway, { ...question, headers });
  const [error] = errors;
  if (error === undefined) return 'passed';
  const reads = gateway.takeStatements().filter((sql) => /"(companies|integrations)"/.test(sql));
  if (reads.length > 0) throw new Error(`a document that was refused read: ${reads.join('; ')}`);
  const answered = Object.values(data ?? {}).filter((value) => value !== null);
  if (answered.length > 0) throw new Error('a document that was refused was answered');
  return `${status} ${String(error.extensions['code'])}: ${error.message}`;
}

/** Matches the rejection of a document that exceeds this limit. */
export function refusal(limit: string): RegExp {
  return new RegExp(`^400 DOCUMENT_LIMIT: .*\\b${limit}`);
}
