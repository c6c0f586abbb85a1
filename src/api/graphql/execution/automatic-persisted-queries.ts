import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badRequest, graphqlFault } from '../schema/faults.ts';
import { documentHash } from './document-id.ts';
import { FairCache } from './fair-cache.ts';
import { persistedQueryHash } from './persisted-query-extension.ts';
import type { AskedDocument, PersistedDocuments } from './persisted-documents.ts';
import type { ServerContext } from './request-notes.ts';

// Clients send the hash of a document in place of its text, and the text only if the gateway does not know the hash.
// @graphql-yoga/plugin-apq does the same, but only for requests that Yoga handles, keeps documents that are not valid,
// and lets one caller flush those of all others.

/** Characters of all kept documents, each of which counts as 1,024 more: at most 4,096 documents. */
const maxWeight = 4 * 1024 * 1024;

/** Documents that requests can refer to: the operator's by id, and those that clients sent before by hash. */
export class AutomaticPersistedQueries {
  readonly #documents: PersistedDocuments;
  readonly #kept = new FairCache(maxWeight);

  constructor(documents: PersistedDocuments) {
    this.#documents = documents;
  }

  /** Returns the text of the requested document. Throws the error response if it is rejected. */
  textFor(asked: AskedDocument): unknown {
    const { query, documentId, extensions } = asked;
    const hash = persistedQueryHash(extensions);
    if (hash === undefined) return this.#documents.textFor(asked);
    if (documentId !== undefined && documentId !== null) {
      throw badRequest(
        'The parameters documentId and extensions.persistedQuery cannot be combined',
      );
    }
    if (query === undefined || query === null) return this.#textOfHash(hash);
    const text = this.#documents.textFor({ query });
    if (typeof text === 'string' && documentHash(text) !== hash) throw mismatch();
    return text;
  }

  /** Keeps the document of a request that has its hash and is valid. */
  keep({ query, extensions }: AskedDocument, owner: string): void {
    const hash = persistedQueryHash(extensions);
    if (hash === undefined || typeof query !== 'string' || this.#documents.has(query)) return;
    this.#kept.set(hash, query, owner);
  }

  #textOfHash(hash: string): string {
    const text = this.#documents.withHash(hash) ?? this.#kept.get(hash);
    if (text !== undefined) return text;
    throw this.#documents.only ? notSupported() : notFound();
  }
}

/** Replaces the id or the hash of a document with its text, and keeps valid documents that come with their hash. */
export function useRequestedDocuments(
  queries: AutomaticPersistedQueries,
): Plugin<ServerContext, ServerContext> {
  return {
    onParams({ params, setParams }) {
      const { documentId, ...others } = params as typeof params & AskedDocument;
      const query = queries.textFor({ ...others, documentId });
      setParams({ ...others, query } as typeof params);
    },
    onExecute({ args }) {
      const { params, info } = args.contextValue;
      queries.keep(params, info.bucket);
    },
  };
}

// Clients recognize both errors by their messages or their codes. Apollo Server sends them with status 200, too.

function notFound(): GraphQLError {
  return graphqlFault({
    status: 200,
    code: 'PERSISTED_QUERY_NOT_FOUND',
    message: 'PersistedQueryNotFound',
  });
}

function notSupported(): GraphQLError {
  return graphqlFault({
    status: 200,
    code: 'PERSISTED_QUERY_NOT_SUPPORTED',
    message: 'PersistedQueryNotSupported',
  });
}

function mismatch(): GraphQLError {
  return graphqlFault({
    status: 400,
    code: 'PERSISTED_QUERY_MISMATCH',
    message:
      'extensions.persistedQuery.sha256Hash must be the SHA-256 of query in lower-case hexadecimal',
  });
}
