import { badRequest } from '../schema/faults.ts';
import { isObject } from './json-object.ts';

const parameter = 'extensions.persistedQuery';

/**
 * Returns the hash in the extension `persistedQuery` of a request, or `undefined` if it has none. Throws `BAD_REQUEST` if
 * the extension is malformed. Apollo defined the extension:
 * https://www.apollographql.com/docs/apollo-server/performance/apq
 */
export function persistedQueryHash(extensions: unknown): string | undefined {
  // Yoga rejects extensions that are not an object.
  if (!isObject(extensions)) return undefined;
  const asked = extensions['persistedQuery'];
  if (asked === undefined || asked === null) return undefined;
  if (!isObject(asked)) throw badRequest(`${parameter} must be an object`);
  const { version, sha256Hash } = asked;
  if (version !== 1) throw badRequest(`${parameter}.version must be 1`);
  if (typeof sha256Hash !== 'string' || !/^[0-9a-f]{64}$/.test(sha256Hash)) {
    throw badRequest(`${parameter}.sha256Hash must be 64 hexadecimal digits in lower case`);
  }
  return sha256Hash;
}
