/**
 * Bytes that arrive in chunks, in one buffer. A list of chunks would take a hundred times the size of a body that comes
 * byte by byte.
 */
export class GrowingBytes {
  #bytes = Buffer.alloc(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  append(chunk: Uint8Array): void {
    const from = this.#size;
    this.#size += chunk.length;
    if (this.#size > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], Math.max(this.#size, 2 * this.#bytes.length));
    }
    this.#bytes.set(chunk, from);
  }

  /** Returns all bytes so far. Bytes that are appended later can change them. */
  all(): Buffer<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#size);
  }
}
