import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

declare const named: unique symbol;

/** A lower-case UUID of one kind of record. The type checker keeps ids of different kinds apart. */
type Id<Kind extends string> = string & { readonly [named]: Kind };

/** The id of a company. */
export type CompanyId = Id<'Company'>;
/** The id of a connection. */
export type ConnectionId = Id<'Connection'>;
/** The id of an integration. */
export type IntegrationId = Id<'Integration'>;
/** The id of the information source behind a connection, such as a bank or an accounting product. */
export type SourceId = Id<'Source'>;
/** The id of an event. */
export type EventId = Id<'Event'>;
/** The id of an API key. */
export type ApiKeyId = Id<'ApiKey'>;
/** The id of one attempt of a company to authorize a connection. */
export type AuthorizationId = Id<'Authorization'>;
/** The id of a pending revocation at a platform. */
export type RevocationId = Id<'Revocation'>;

type AnyId =
  | CompanyId
  | ConnectionId
  | IntegrationId
  | SourceId
  | EventId
  | ApiKeyId
  | AuthorizationId
  | RevocationId;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Parses a UUID of any version in its 36-character form. Returns it in lower case, or `undefined` if `text` is not a
 * UUID. The caller states its kind.
 */
export function parseId<T extends AnyId>(text: string): T | undefined {
  const lower = text.toLowerCase();
  return uuid.test(lower) ? (lower as T) : undefined;
}

/** Returns a UUID in lower case, and any other text as it is, to compare requests that name the same records. */
export function canonicalId(text: string): string {
  return parseId(text) ?? text;
}

/** Makes a UUIDv7 (RFC 9562): ids made later by this process sort after earlier ones. */
export function newId<T extends AnyId>(): T {
  const random = randomPart();
  const now = Date.now();
  if (now > newest.msecs) {
    newest = { msecs: now, seq: random.readUInt32BE(6) >>> 1 };
  } else if (newest.seq < maxInMillisecond) newest.seq += 1;
  else newest = { msecs: newest.msecs + 1, seq: 0 };
  return v7({ ...newest, random }) as T;
}

/** The 32-bit counter that orders ids of one millisecond. Its first bit starts as 0 (RFC 9562, section 6.2). */
let newest = { msecs: 0, seq: 0 };
const maxInMillisecond = 2 ** 32 - 1;

const randomBytesEach = 16;
const randomness = Buffer.alloc(256 * randomBytesEach);
let used = randomness.length;

/** Takes random bytes from a buffer: asking the system for each id takes longer than the rest of making the id. */
function randomPart(): Buffer {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  return randomness.subarray(used, (used += randomBytesEach));
}
