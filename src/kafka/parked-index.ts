/**
 * The parked calls of one source partition: per portal a queue of offsets of the parked topic, in their order. A call
 * waits, is in work, and is forgotten when its end is written down. Pure.
 *
 * ```
 *   portal a   3 7 9 12 …     in work: 1 2      low = 1: what lies below has ended
 *   portal b   4 5 …
 * ```
 */
export class ParkedIndex {
  readonly #waiting = new Map<string, Queue>();
  /** Portals of those in work, whose end is not written down yet, by offset. */
  readonly #working = new Map<number, string>();
  readonly #issued = new Set<number>();
  /** Since when it may be that HubSpot has a call and nobody knows (`Clock.now`), by offset. */
  readonly #doubts = new Map<number, number>();
  /** Further copies of a call in the log: written again after an acknowledgement was lost. */
  readonly #copies = new Map<number, number[]>();
  /** All records of a call that has several, by the first, which stands for the call. Ascending. */
  readonly #members = new Map<number, readonly number[]>();
  /** Records of calls that are not whole yet. */
  readonly #held = new Set<number>();
  /** Offsets that came by `add` or `hold`, while somebody asks for them. */
  #added: Set<number> | undefined;
  #taken = 0;

  /** Outputs of an earlier owner have to be found again: of its calls some have an end that is not written down. */
  isUnclear = false;

  /** A parked call. @param doubtSince see `doubtSince`; negative infinity for a doubt of an earlier owner */
  add(portal: string, offset: number, doubtSince?: number): void {
    this.#added?.add(offset);
    this.#enqueue(portal, offset, doubtSince);
  }

  /** A parked record of a call that is not whole yet. */
  hold(offset: number): void {
    this.#added?.add(offset);
    this.#held.add(offset);
  }

  /** The call of these records is whole, which were held until now. @param offsets ascending */
  addWhole(portal: string, offsets: readonly [number, ...number[]], doubtSince?: number): void {
    for (const offset of offsets) this.#held.delete(offset);
    const [first] = offsets;
    if (offsets.length > 1) this.#members.set(first, offsets);
    this.add(portal, first, doubtSince);
  }

  /** The records of a call, ascending: nearly always it is the only one. */
  membersOf(offset: number): readonly number[] {
    return this.#members.get(offset) ?? [offset];
  }

  /** Another record says the same as that of `offset`: both end together. */
  addCopy(offset: number, copy: number): void {
    const copies = this.#copies.get(offset);
    if (copies === undefined) this.#copies.set(offset, [copy]);
    else copies.push(copy);
  }

  copiesOf(offset: number): readonly number[] {
    return this.#copies.get(offset) ?? [];
  }

  /** From now on, or no longer, `wasAdded` can be asked. */
  watchAdded(isWatched: boolean): void {
    this.#added = isWatched ? new Set() : undefined;
  }

  wasAdded(offset: number): boolean {
    return this.#added?.has(offset) ?? false;
  }

  /** Portals that have calls waiting. */
  portals(): IterableIterator<string> {
    return this.#waiting.keys();
  }

  /** Calls of a portal that wait. */
  waiting(portal: string): number {
    return this.#waiting.get(portal)?.size ?? 0;
  }

  /** The next offsets of a portal, at most so many. They go on waiting. */
  next(portal: string, count: number): number[] {
    return this.#waiting.get(portal)?.first(count) ?? [];
  }

  /** The newest offset of a portal that waits. */
  last(portal: string): number | undefined {
    return this.#waiting.get(portal)?.last;
  }

  /** Whether a call of the portal waits that is older than this one. */
  hasBefore(portal: string, offset: number): boolean {
    const [first] = this.next(portal, 1);
    return first !== undefined && first < offset;
  }

  /** A waiting call is taken into work; the oldest one as a rule. */
  take(portal: string, offset: number): void {
    const queue = this.#waiting.get(portal);
    if (queue === undefined || !queue.remove(offset)) throw new RangeError(`offset ${offset} does not wait`);
    if (queue.size === 0) this.#waiting.delete(portal);
    this.#working.set(offset, portal);
    this.#taken += 1;
  }

  /** A call in work waits again, at its old place, if with another portal by now. */
  putBack(portal: string, offset: number, doubtSince?: number): void {
    if (!this.#working.delete(offset)) throw new RangeError(`offset ${offset} is not in work`);
    this.#doubts.delete(offset);
    this.#enqueue(portal, offset, doubtSince);
  }

  /** The end of a call in work is written down. */
  end(offset: number): void {
    for (const member of this.membersOf(offset)) {
      this.#issued.delete(member);
      this.#copies.delete(member);
    }
    this.#working.delete(offset);
    this.#held.delete(offset);
    this.#doubts.delete(offset);
    this.#members.delete(offset);
  }

  /** Whether the call has no end that is written down, with whichever portal. */
  isOpen(offset: number): boolean {
    return this.#working.has(offset) || [...this.#waiting.values()].some((queue) => queue.has(offset));
  }

  /** Records of calls that are not whole yet. */
  get held(): number {
    return this.#held.size;
  }

  /** It is written down that the calls may have been sent. */
  issue(offsets: Iterable<number>): void {
    for (const offset of offsets) this.#issued.add(offset);
  }

  isIssued(offset: number): boolean {
    return this.#issued.has(offset);
  }

  doubtSince(offset: number): number | undefined {
    return this.#doubts.get(offset);
  }

  isWorking(offset: number): boolean {
    return this.#working.has(offset);
  }

  isWaiting(portal: string, offset: number): boolean {
    return this.#waiting.get(portal)?.has(offset) ?? false;
  }

  /** Calls in work. */
  get working(): number {
    return this.#working.size;
  }

  /** Calls taken into work so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Lowest offset whose call has no end that is written down; undefined when all have. */
  get low(): number | undefined {
    let low = Number.POSITIVE_INFINITY;
    for (const queue of this.#waiting.values()) low = Math.min(low, queue.first(1)[0] ?? low);
    for (const offset of this.#held) low = Math.min(low, offset);
    for (const offset of this.#working.keys()) low = Math.min(low, offset);
    return low === Number.POSITIVE_INFINITY ? undefined : low;
  }

  /** Calls without an end by portal, those in work included; only portals that have some. */
  counts(): Map<string, number> {
    const counts = new Map([...this.#waiting].map(([portal, queue]) => [portal, queue.size]));
    for (const portal of this.#working.values()) counts.set(portal, (counts.get(portal) ?? 0) + 1);
    return counts;
  }

  #enqueue(portal: string, offset: number, doubtSince: number | undefined): void {
    const queue = this.#waiting.get(portal) ?? new Queue();
    if (queue.size === 0) this.#waiting.set(portal, queue);
    queue.insert(offset);
    if (doubtSince !== undefined) this.#doubts.set(offset, doubtSince);
  }
}

/** Ascending numbers, nearly always added behind and taken in front. */
class Queue {
  #offsets: number[] = [];
  #head = 0;

  get size(): number {
    return this.#offsets.length - this.#head;
  }

  get last(): number | undefined {
    return this.size === 0 ? undefined : this.#offsets.at(-1);
  }

  first(count: number): number[] {
    return this.#offsets.slice(this.#head, this.#head + count);
  }

  insert(offset: number): void {
    const place = this.#placeOf(offset);
    if (this.#offsets[place] === offset) return;
    if (place === this.#head && this.#head > 0) {
      this.#head -= 1;
      this.#offsets[this.#head] = offset;
    } else this.#offsets.splice(place, 0, offset);
  }

  has(offset: number): boolean {
    return this.#offsets[this.#placeOf(offset)] === offset;
  }

  /** False when it is not there. */
  remove(offset: number): boolean {
    const place = this.#placeOf(offset);
    if (this.#offsets[place] !== offset) return false;
    if (place === this.#head) this.#head += 1;
    else this.#offsets.splice(place, 1);
    if (this.#head > 1_024 && this.#head > this.size) {
      this.#offsets = this.#offsets.slice(this.#head);
      this.#head = 0;
    }
    return true;
  }

  /** Where the offset stands, or would. */
  #placeOf(offset: number): number {
    const last = this.last;
    if (last === undefined || offset > last) return this.#offsets.length;
    let low = this.#head;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
