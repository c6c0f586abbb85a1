import { tooMuch } from './faults.ts';

/**
 * Limits how many connections one request reads from lists without pages, however many lists it selects. Reads wait for
 * each other, so that each knows how many are left and stops there.
 */
export class ReadBudget {
  readonly #most: number;
  #left: number;
  #last: Promise<unknown> | undefined;

  constructor(most: number) {
    this.#most = most;
    this.#left = most;
  }

  /** Runs a read of at most `limit` records. Throws `DOCUMENT_LIMIT` if there are more records than are left. */
  spend<T>(read: (limit: number) => Promise<readonly T[]>): Promise<readonly T[]> {
    const run = async () => {
      const records = await read(this.#left + 1);
      const left = this.#left - records.length;
      this.#left = Math.max(left, 0);
      if (left >= 0) return records;
      throw tooMuch(
        `The response has more than ${this.#most} connections: read them in pages with connections(filter: {companyId})`,
      );
    };
    const reading = this.#last === undefined ? run() : this.#last.then(run, run);
    this.#last = reading;
    return reading;
  }
}
