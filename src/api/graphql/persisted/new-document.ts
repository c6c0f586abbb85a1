/** A document to persist. */
export interface NewDocument {
  readonly id: string;
  /** Name of its operation. */
  readonly name: string;
  readonly text: string;
}

/** Documents that were read from files, and the errors in the files. */
export interface ReadDocuments {
  readonly documents: readonly NewDocument[];
  /** One line for each error, with its file and position. */
  readonly faults: string[];
}
