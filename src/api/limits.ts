/** How much one document may ask for. */
export interface DocumentLimits {
  /** Its length, in UTF-16 units. */
  readonly bytes: number;
  /** Lexical tokens: deep nesting would overflow the parser's stack. */
  readonly tokens: number;
  /** Levels of fields, counted through fragments. */
  readonly depth: number;
  /** Aliases, by which one field is asked for many times. */
  readonly aliases: number;
  readonly directives: number;
  /** Fields of the query or mutation itself. */
  readonly rootFields: number;
  /** Fields in the largest possible answer, where a page counts as many records as are asked for. */
  readonly cost: number;
}

/** How much the gateway does for a caller, and at a time. */
export interface Limits {
  /** Largest body of a request. */
  readonly bodyBytes: number;
  readonly document: DocumentLimits;
  /** Requests that are executed at a time. */
  readonly concurrent: number;
  /** Requests that wait for that at most. */
  readonly queued: number;
  /** How long one operation may take. */
  readonly operationMs: number;
  /** Requests of one key, or of one address without a key; `undefined` for no limit. */
  readonly perMinute: number | undefined;
}
