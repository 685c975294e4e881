// Collects a body up to a cap, whatever pieces it comes in.

export class BodyBuffer {
  readonly #maxBytes: number
  #bytes: Buffer
  #length = 0

  /** @param expectedBytes how much to make room for at once; more is made when it comes */
  constructor(maxBytes: number, expectedBytes: number) {
    this.#maxBytes = maxBytes
    this.#bytes = Buffer.allocUnsafe(Math.min(maxBytes, expectedBytes))
  }

  get length(): number {
    return this.#length
  }

  /** Takes bytes. @returns `false` if they would pass the cap; then nothing more than the cap is kept */
  add(source: Buffer, start: number, end: number): boolean {
    const fits = Math.min(end - start, this.#maxBytes - this.#length)
    this.#makeRoom(this.#length + fits)
    source.copy(this.#bytes, this.#length, start, start + fits)
    this.#length += fits
    return fits === end - start
  }

  /** What came so far. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(bytes, this.#bytes.length * 2)))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
