import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { badRequest } from '../schema/faults.ts';
import { idOfHash } from './document-id.ts';

// Appendix A of the GraphQL-over-HTTP specification, "Persisted Documents" (a draft):
// https://github.com/graphql/graphql-over-http/pull/264

/** Parameters that select the document of a request, not yet validated. */
export interface AskedDocument {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

/** Documents that requests can refer to by id. */
export class PersistedDocuments {
  /** Number of documents. Each can have several ids. */
  readonly count: number;
  /** Whether requests with other documents are rejected. */
  readonly only: boolean;
  // Not an object, which would contain the id `constructor`.
  readonly #texts: ReadonlyMap<string, string>;
  readonly #distinct: ReadonlySet<string>;

  constructor(texts: ReadonlyMap<string, string> = new Map(), only = false) {
    this.#texts = texts;
    this.#distinct = new Set(texts.values());
    this.count = this.#distinct.size;
    this.only = only;
  }

  /** First of the ids; `undefined` if there are none. */
  get firstId(): string | undefined {
    return this.#texts.keys().next().value;
  }

  /** Whether a text is one of the documents. */
  has(text: string): boolean {
    return this.#distinct.has(text);
  }

  /** Returns the document whose text has this SHA-256, in lower-case hexadecimal. */
  withHash(hash: string): string | undefined {
    return this.#texts.get(idOfHash(hash));
  }

  /** Returns the text of a document that is requested by id or as text. Throws the error response if it is rejected. */
  textFor({ query, documentId }: AskedDocument): unknown {
    if (documentId === undefined || documentId === null) {
      if (!this.only) return query;
      throw query === undefined || query === null
        ? badRequest('The parameter documentId is missing')
        : required();
    }
    if (query !== undefined && query !== null) {
      throw badRequest('The parameters query and documentId cannot be combined');
    }
    if (typeof documentId !== 'string') {
      throw badRequest('The parameter documentId must be a string');
    }
    const text = this.#texts.get(documentId);
    if (text === undefined) throw notFound();
    return text;
  }
}

/** Reads the parameter `documentId` of a query string. */
export function useDocumentIdParameter(): Plugin {
  return {
    onRequestParse({ request }) {
      if (request.method !== 'GET') return undefined;
      const { searchParams } = new URL(request.url, 'http://localhost');
      // Yoga reads only known parameters of a query string. Like Yoga, treat an empty parameter as absent.
      const documentId = searchParams.get('documentId') || undefined;
      return {
        onRequestParseDone({ requestParserResult, setRequestParserResult }) {
          // A query string is never a batch.
          if (documentId === undefined || Array.isArray(requestParserResult)) return;
          const params: GraphQLParams & AskedDocument = { ...requestParserResult, documentId };
          setRequestParserResult(params);
        },
      };
    },
  };
}

/** Returns a well-formed GraphQL response with status 400 for clients that accept GraphQL responses. */
function notFound(): GraphQLError {
  return new GraphQLError('No persisted document has this documentId', {
    extensions: { code: 'PERSISTED_DOCUMENT_NOT_FOUND', http: { status: 400, spec: true } },
  });
}

function required(): GraphQLError {
  return new GraphQLError(
    'Only persisted documents are allowed: send documentId instead of query',
    {
      extensions: { code: 'PERSISTED_DOCUMENT_REQUIRED', http: { status: 403, spec: true } },
    },
  );
}
