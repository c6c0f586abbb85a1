import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

declare const named: unique symbol;

/** A lower-case UUID that names one kind of thing; ids of different kinds do not mix. */
type Id<Kind extends string> = string & { readonly [named]: Kind };

/** Names a company. */
export type CompanyId = Id<'Company'>;
/** Names a connection. */
export type ConnectionId = Id<'Connection'>;
/** Names an integration. */
export type IntegrationId = Id<'Integration'>;
/** Names the information source behind a connection, such as a bank or an accounting product. */
export type SourceId = Id<'Source'>;
/** Names an event. */
export type EventId = Id<'Event'>;
/** Names an API key. */
export type ApiKeyId = Id<'ApiKey'>;
/** Names one attempt of a company to authorize a connection. */
export type AuthorizationId = Id<'Authorization'>;
/** Names a revocation that is to be made at a provider. */
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
 * Reads a UUID of any version in its 36-character form and answers it in lower case, or `undefined` if `text` is
 * none. The kind of thing that it names is the caller's to say.
 */
export function parseId<T extends AnyId>(text: string): T | undefined {
  const lower = text.toLowerCase();
  return uuid.test(lower) ? (lower as T) : undefined;
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

/** The counter that orders ids of one millisecond, 32 bits of which the first starts as 0 (RFC 9562, section 6.2). */
let newest = { msecs: 0, seq: 0 };
const maxInMillisecond = 2 ** 32 - 1;

const randomBytesEach = 16;
const randomness = Buffer.alloc(256 * randomBytesEach);
let used = randomness.length;

/** Takes random bytes from a store of them: to ask the system for each id's takes longer than all else of it. */
function randomPart(): Buffer {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  return randomness.subarray(used, (used += randomBytesEach));
}
