/**
 * What the topics say: which call each source record holds, and how it ended. Filled by the witness, who trusts no
 * process: what stands in an acknowledged outcome or dead letter is an end, nothing else is. The records of the run hold
 * one call each. Pure.
 */

/** A record of the source topic. */
export interface Coordinates {
  readonly partition: number;
  readonly offset: number;
}

/** One output record that says of a source record, by its coordinates, how a call of it ended. */
export interface End {
  readonly kind: 'outcome' | 'dead-letter';
  readonly of: Coordinates;
  readonly callIndex: number;
  readonly externalCallId: string | undefined;
  /** Whether it says that the CRM was asked to log the call. */
  readonly engagementRequested: boolean;
  /** Everything that was published, so that a repeat can be compared. */
  readonly bytes: Buffer;
  /** The fields of an outcome, the code of a dead letter: to tell in what a repeat differs. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where it stands, such as `calls.enriched/3@41`. */
  readonly place: string;
}

export class Ledger {
  /** External ids by partition and offset. */
  readonly #records = new Map<number, Map<number, string>>();
  /** Ends by partition and offset. */
  readonly #ends = new Map<number, Map<number, End[]>>();
  readonly #recordsOfCall = new Map<string, Coordinates[]>();
  readonly #endedCalls = new Set<string>();

  /** A record of the source; the producer may have written a call twice. */
  addRecord(of: Coordinates, externalCallId: string): void {
    entry(this.#records, of.partition, () => new Map()).set(of.offset, externalCallId);
    entry(this.#recordsOfCall, externalCallId, () => []).push(of);
    if (this.#ends.get(of.partition)?.has(of.offset)) this.#endedCalls.add(externalCallId);
  }

  addEnd(end: End): void {
    const { partition, offset } = end.of;
    const ends = entry(this.#ends, partition, () => new Map<number, End[]>());
    entry(ends, offset, () => []).push(end);
    const call = this.#records.get(partition)?.get(offset);
    if (call !== undefined) this.#endedCalls.add(call);
  }

  /** Whether its call has ended. The second record of a call that succeeded is skipped, and nothing is published of it. */
  hasEnd({ partition, offset }: Coordinates): boolean {
    if (this.#ends.get(partition)?.has(offset)) return true;
    const call = this.#records.get(partition)?.get(offset);
    return call !== undefined && this.#endedCalls.has(call) && (this.#recordsOfCall.get(call)?.length ?? 0) > 1;
  }

  get partitions(): number[] {
    return [...this.#records.keys()].sort((a, b) => a - b);
  }

  /** Records of the source. */
  get records(): number {
    return this.#records.values().reduce((sum, records) => sum + records.size, 0);
  }

  /** Records of a partition, and how many of them have an end. */
  progress(partition: number): { readonly records: number; readonly ended: number } {
    const offsets = this.#records.get(partition)?.keys().toArray() ?? [];
    return { records: offsets.length, ended: offsets.filter((offset) => this.hasEnd({ partition, offset })).length };
  }

  /** Records without an end, with their calls. */
  open(): (Coordinates & { readonly externalCallId: string })[] {
    return [...this.#records].flatMap(([partition, records]) =>
      [...records]
        .map(([offset, externalCallId]) => ({ partition, offset, externalCallId }))
        .filter((record) => !this.hasEnd(record)),
    );
  }

  /** The ends of one call of one record, for every call that has any. */
  *ends(): Generator<readonly [End, ...End[]]> {
    for (const ends of this.#ends.values()) {
      for (const ofRecord of ends.values()) {
        for (const ofCall of Map.groupBy(ofRecord, ({ callIndex }) => callIndex).values()) {
          const [first, ...repeats] = ofCall;
          if (first !== undefined) yield [first, ...repeats];
        }
      }
    }
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
