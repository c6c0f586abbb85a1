import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { badRequest } from '../schema/faults.ts';

// Appendix A of the GraphQL-over-HTTP specification, "Persisted Documents" (a draft):
// https://github.com/graphql/graphql-over-http/pull/264

/** What a request says of its document, before anything of it is checked. */
interface AskedDocument {
  readonly query?: unknown;
  readonly documentId?: unknown;
}

/** The documents that requests can name by an id. */
export class PersistedDocuments {
  /** How many documents there are; each can have several ids. */
  readonly count: number;
  /** Whether requests can have no other documents. */
  readonly only: boolean;
  // Not an object, in which `constructor` would be found.
  readonly #texts: ReadonlyMap<string, string>;

  constructor(texts: ReadonlyMap<string, string> = new Map(), only = false) {
    this.#texts = texts;
    this.count = new Set(texts.values()).size;
    this.only = only;
  }

  /** One of the ids; `undefined` if there is none. */
  get firstId(): string | undefined {
    return this.#texts.keys().next().value;
  }

  /** The text of the document that a request asks for. Throws what it is refused with. */
  textFor({ query, documentId }: AskedDocument): unknown {
    if (documentId === undefined || documentId === null) {
      if (!this.only) return query;
      throw query === undefined || query === null
        ? badRequest('The parameter documentId is missing')
        : required();
    }
    if (query !== undefined && query !== null) {
      throw badRequest('The parameters query and documentId exclude each other');
    }
    if (typeof documentId !== 'string') {
      throw badRequest('The parameter documentId must be a string');
    }
    const text = this.#texts.get(documentId);
    if (text === undefined) throw notFound();
    return text;
  }
}

/** Puts the text of a persisted document in the place of its id, so that whatever comes after sees a usual request. */
export function usePersistedDocuments(documents: PersistedDocuments): Plugin {
  return {
    onRequestParse({ request }) {
      if (request.method !== 'GET') return undefined;
      const { searchParams } = new URL(request.url, 'http://localhost');
      // Yoga reads of a query string only what it knows; an empty parameter counts as absent there, too.
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
    onParams({ params, setParams }) {
      const { documentId, ...others } = params as GraphQLParams & AskedDocument;
      const query = documents.textFor({ query: others.query, documentId });
      setParams({ ...others, query } as GraphQLParams);
    },
  };
}

/** To a request that is well-formed the answer is, too: its status is of use to clients that know GraphQL responses. */
function notFound(): GraphQLError {
  return new GraphQLError('The parameter documentId names no persisted document', {
    extensions: { code: 'PERSISTED_DOCUMENT_NOT_FOUND', http: { status: 400, spec: true } },
  });
}

function required(): GraphQLError {
  return new GraphQLError(
    'Only persisted documents can be asked for, by the parameter documentId',
    {
      extensions: { code: 'PERSISTED_DOCUMENT_REQUIRED', http: { status: 403, spec: true } },
    },
  );
}
