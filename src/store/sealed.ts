import type { CompanyId, ConnectionId } from '../domain/id.ts';

// Secrets are stored only in forms that are useless to a reader of the store: hashed with SHA-256 if they are compared,
// sealed if they are used again.

/** An encrypted secret and the id of the key that decrypts it. */
export interface Sealed {
  readonly keyId: string;
  /** A JWE in compact form (RFC 7516). */
  readonly jwe: string;
}

/** The place where a sealed secret is stored. */
export interface SealedPlace {
  readonly kind: 'credentials' | 'revocation' | 'authorization';
  /** The id of the connection, revocation or authorization. */
  readonly id: string;
}

/** A sealed secret and its place. */
export interface SealedRecord extends SealedPlace {
  readonly companyId: CompanyId;
  readonly connectionId: ConnectionId;
  readonly sealed: Sealed;
}

/** Reads sealed secrets, wherever they are stored. */
export interface SealedReader {
  /** Returns the number of sealed secrets for each key that seals any. */
  countByKey(): Promise<ReadonlyMap<string, number>>;
  /** Returns secrets that are sealed with other keys than `keyId`, after a place in a fixed order. */
  otherThan(keyId: string, limit: number, after?: SealedPlace): Promise<SealedRecord[]>;
}

/** Changes sealed secrets. */
export interface SealedWriter extends SealedReader {
  /** Replaces a sealed secret if it is still the one in `record`. Returns whether it was. */
  reseal(record: SealedRecord, sealed: Sealed): Promise<boolean>;
}
