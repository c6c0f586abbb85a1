import type { GraphQLError } from 'graphql';
import type { DocumentCheck } from '../execution/document-check.ts';
import { quoted } from './document-file.ts';

/** Returns the errors in documents, one line each, with the id of the document and the position. */
export function faultsOfDocuments(
  texts: ReadonlyMap<string, string>,
  check: DocumentCheck,
): string[] {
  return [...texts].flatMap(([id, text]) =>
    check(text).map((error) => `${quoted(id)}${placeIn(error)}: ${error.message}`),
  );
}

function placeIn({ locations }: GraphQLError): string {
  const [place] = locations ?? [];
  return place === undefined ? '' : `, line ${place.line}, column ${place.column}`;
}
