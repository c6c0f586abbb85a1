import type { CompanyId, ConnectionId } from '../domain/id.ts';

// Secrets are kept only in a form that is of no use to who reads the store: hashed with SHA-256 where they are compared,
// sealed where they are used again.

/** Something secret, encrypted, and the name of the key that opens it. */
export interface Sealed {
  readonly keyId: string;
  /** A JWE in compact form (RFC 7516). */
  readonly jwe: string;
}

/** Where something sealed is kept. */
export interface SealedPlace {
  readonly kind: 'credentials' | 'revocation' | 'authorization';
  /** The id of the connection, revocation or authorization. */
  readonly id: string;
}

/** Something sealed, and where it is kept. */
export interface SealedRecord extends SealedPlace {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  readonly sealed: Sealed;
}

/** Reads what is sealed, wherever it is kept. */
export interface SealedReader {
  /** How many things are sealed with each key that any is sealed with. */
  countByKey(): Promise<ReadonlyMap<string, number>>;
  /** Some of what is sealed with other keys than this, after a place in an order that does not change. */
  otherThan(keyId: string, limit: number, after?: SealedPlace): Promise<SealedRecord[]>;
}

/** Changes what is sealed. */
export interface SealedWriter extends SealedReader {
  /** Exchanges what is sealed, if it is still what the record says; returns whether it was. */
  reseal(record: SealedRecord, sealed: Sealed): Promise<boolean>;
}
