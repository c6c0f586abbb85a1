/** A document that is to be persisted. */
export interface NewDocument {
  readonly id: string;
  /** Of its operation. */
  readonly name: string;
  readonly text: string;
}

/** What files hold, and what is wrong with them. */
export interface ReadDocuments {
  readonly documents: readonly NewDocument[];
  /** One line for each, with its file and its place there. */
  readonly faults: string[];
}
