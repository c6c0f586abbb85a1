/** Limits of one GraphQL document. */
export interface DocumentLimits {
  /** Maximum length, in UTF-16 code units. */
  readonly bytes: number;
  /** Maximum number of lexical tokens, because deep nesting would overflow the parser's stack. */
  readonly tokens: number;
  /** Maximum number of nested field levels, counted through fragments. */
  readonly depth: number;
  /** Maximum number of aliases, which can request one field many times. */
  readonly aliases: number;
  readonly directives: number;
  /** Maximum number of fields of the query or mutation itself. */
  readonly rootFields: number;
  /** Maximum number of fields in the largest possible response. A page counts as many records as it requests. */
  readonly cost: number;
}

/** Limits on what the gateway does for one caller and at a time. */
export interface Limits {
  /** Maximum size of a request body, in bytes. */
  readonly bodyBytes: number;
  readonly document: DocumentLimits;
  /** Maximum number of requests that run at a time. */
  readonly concurrent: number;
  /** Maximum number of requests that wait to run. */
  readonly queued: number;
  /** Maximum duration of one operation, in ms. */
  readonly operationMs: number;
  /** Maximum number of live connections of one company. */
  readonly connectionsPerCompany: number;
  /** Maximum requests per minute of one API key, or of one address without a key. `undefined` means no limit. */
  readonly perMinute: number | undefined;
  /** Maximum size of the responses stored for the idempotency keys of one API key, or of all callers without one, in bytes. */
  readonly idempotencyBytes: number;
}
