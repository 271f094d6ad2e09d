/**
 * What is done of one partition while this process owns it. Records complete in any order; the watermark is the
 * offset below which everything is done, and the only thing that may be committed. Pure: no I/O, no clock.
 *
 * ```
 *            base (watermark)          tail
 *   … done … │ ✓ ✗ ✓ ✓ ✗ ✗ ✓ ✗ ✗ ✗ ✗ │ not delivered yet …
 *            └──── span ≤ capacity ────┘
 * ```
 *
 * Offsets are plain numbers: a partition would need 285 years at a million records a second to pass 2^53.
 */
export class PartitionTracker {
  /** Most offsets between `base` and `tail`; a power of two. */
  readonly capacity: number;
  #base: number;
  #tail: number;
  /** Where reading has come: beyond the tail there is a gap that has found no room in the window yet. */
  #readTo: number;
  /** One bit an offset, addressed modulo the capacity; set = done. A ring allocates nothing while it works. */
  readonly #done: Int32Array;
  readonly #mask: number;
  /** Offsets that an earlier owner had done, until they are delivered once more and passed over. */
  readonly #doneBefore: Set<number>;
  #changes = 0;

  /**
   * @param base first offset that is not done. @param capacity at least 32; rounded up to a power of two.
   * @param doneBefore what `doneBits` gave an earlier owner with the same base
   */
  constructor(base: number, capacity: number, doneBefore: Uint8Array = new Uint8Array()) {
    this.#doneBefore = offsetsOf(base, doneBefore);
    this.capacity = 2 ** Math.ceil(Math.log2(Math.max(32, capacity)));
    this.#mask = this.capacity - 1;
    this.#done = new Int32Array(this.capacity / 32);
    this.#base = base;
    this.#tail = base;
    this.#readTo = base;
  }

  /** Every offset below is done: what a commit may say. */
  get watermark(): number {
    return this.#base;
  }

  /** Next offset expected; every offset below was delivered here or is a gap. */
  get tail(): number {
    return this.#tail;
  }

  /** Offsets between the watermark and the tail, done or not. */
  get span(): number {
    return this.#tail - this.#base;
  }

  /**
   * Takes note of a delivered record.
   * - `new`: not seen before; it has to be completed some time.
   * - `seen`: delivered before (after a rebalance Kafka goes back to the committed offset), or done by an earlier
   *   owner; nothing to do.
   * - `full`: the window has no room; offer it again when the watermark has moved.
   *
   * Offsets skipped on the way to `offset` do not exist (compaction, transaction markers, aborted records), so they
   * count as done: they lie behind a position that was really read.
   */
  accept(offset: number): 'new' | 'seen' | 'full' {
    if (offset < this.#tail) return 'seen';
    if (this.span > 0 && offset - this.#base >= this.capacity) return 'full';
    this.#fillTo(offset);
    this.#tail = offset + 1;
    if (!this.#doneBefore.delete(offset)) return 'new';
    this.complete(offset);
    return 'seen';
  }

  /** Takes back the newest `accept`, as if the record had not been delivered yet. */
  retract(offset: number): void {
    if (offset !== this.#tail - 1 || this.isDone(offset))
      throw new RangeError(`offset ${offset} is not the newest open one`);
    this.#tail = offset;
    this.#readTo = offset;
  }

  /**
   * There is nothing between the tail and `offset`: it counts as done, and `offset` becomes the tail. Both at once, or as
   * soon as the window has room for it: the client does not tell of a gap twice.
   */
  skipTo(offset: number): void {
    this.#readTo = Math.max(this.#readTo, offset);
    this.#closeGap();
  }

  /**
   * Goes on at another offset: records before it were deleted, or the topic is another one. Only while nothing is open.
   */
  restartAt(offset: number): void {
    if (this.span > 0) throw new RangeError(`${this.span} offsets are open`);
    // Bits of an earlier owner are about this very topic: they mean nothing where it begins anew.
    for (const done of this.#doneBefore) if (done < offset || offset < this.#base) this.#doneBefore.delete(done);
    this.#base = offset;
    this.#tail = offset;
    this.#readTo = offset;
    this.#changes += 1;
  }

  /** Marks one delivered record as done. Doing it twice is harmless. Throws on an offset that was never delivered. */
  complete(offset: number): void {
    if (offset >= this.#tail) throw new RangeError(`offset ${offset} was never delivered (tail ${this.#tail})`);
    if (this.isDone(offset)) return;
    this.#changes += 1;
    this.#set(offset);
    if (offset === this.#base) this.#advance();
    this.#closeGap();
  }

  isDone(offset: number): boolean {
    if (offset < this.#base) return true;
    return offset < this.#tail ? this.#isSet(offset) : this.#doneBefore.has(offset);
  }

  /** Grows whenever something is done: whether a commit has something new to say. */
  get changes(): number {
    return this.#changes;
  }

  /** What is done behind the watermark: one bit an offset from it on, lowest bit first; ends with the last set one. */
  doneBits(): Uint8Array {
    const bits = new Uint8Array(Math.ceil(this.capacity / 8));
    let length = 0;
    // Beyond the tail there can only be what an earlier owner had done.
    const end = this.#doneBefore.size > 0 ? this.capacity : this.span;
    for (let index = 0; index < end; index += 1) {
      if (!this.isDone(this.#base + index)) continue;
      bits[index >>> 3] = (bits[index >>> 3] ?? 0) | (1 << (index & 7));
      length = (index >>> 3) + 1;
    }
    return bits.subarray(0, length);
  }

  #closeGap(): void {
    if (this.#readTo <= this.#tail) return;
    if (this.span === 0 || this.#readTo - this.#base <= this.capacity) this.#fillTo(this.#readTo);
  }

  /** Marks what lies between the tail and `offset` as done. There must be room for it. */
  #fillTo(offset: number): void {
    // With nothing open the gap may be longer than the window.
    if (this.span === 0) this.#base = offset;
    else for (let gap = this.#tail; gap < offset; gap += 1) this.#set(gap);
    this.#tail = offset;
  }

  #advance(): void {
    while (this.#base < this.#tail && this.#isSet(this.#base)) {
      const slot = this.#base & this.#mask;
      const word = slot >>> 5;
      if ((slot & 31) === 0 && this.#done[word] === -1) {
        // A whole word at once: behind one slow record there may be thousands. Bits from the tail on are never set.
        this.#done[word] = 0;
        this.#base += 32;
      } else {
        this.#done[word] = (this.#done[word] ?? 0) & ~(1 << (slot & 31));
        this.#base += 1;
      }
    }
  }

  #set(offset: number): void {
    const slot = offset & this.#mask;
    this.#done[slot >>> 5] = (this.#done[slot >>> 5] ?? 0) | (1 << (slot & 31));
  }

  #isSet(offset: number): boolean {
    const slot = offset & this.#mask;
    return ((this.#done[slot >>> 5] ?? 0) & (1 << (slot & 31))) !== 0;
  }
}

/** The offsets whose bits are set, as `doneBits` gives them for that base. */
export function offsetsOf(base: number, bits: Uint8Array): Set<number> {
  const offsets = new Set<number>();
  for (const [index, byte] of bits.entries()) {
    for (let bit = 0; bit < 8; bit += 1) if ((byte & (1 << bit)) !== 0) offsets.add(base + index * 8 + bit);
  }
  return offsets;
}
