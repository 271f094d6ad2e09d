/** What the traffic is made of: records, the calls that they are of, and the ends that they must come to. */

/** A record of the traffic, before it is encoded. */
export interface TrafficRecord {
  readonly source: 'canonical' | 'asterisk';
  /** Records of one call share it, so that they stay in order. */
  readonly key: string;
  readonly value: TrafficValue;
  /** What must become of it: `enriched`, `folded joined`, `skipped REASON` or `buried CODE`. */
  readonly end: string;
}

export type TrafficValue =
  /** An object of the canonical schema, to be written as Avro. */
  | { readonly kind: 'avro'; readonly record: CanonicalRecord }
  /** Avro that lost its last bytes on the way. */
  | { readonly kind: 'cut-avro'; readonly record: CanonicalRecord }
  /** Framed with a schema id that no registry has. */
  | { readonly kind: 'unknown-schema' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tombstone' };

export type CanonicalRecord = Readonly<Record<string, unknown>>;

/** What a scenario works with. */
export interface Scene {
  /** Unique in the traffic. */
  readonly id: string;
  /** Uniform integer from 0 to below `count`. */
  readonly pick: (count: number) => number;
  /** One of the entries. */
  readonly oneOf: <T>(entries: readonly [T, ...T[]]) => T;
  /** Start of the call, epoch milliseconds. */
  readonly startedAt: number;
}

/** One kind of call: the records that a switch writes about it. */
export interface Scenario {
  /** How often, relative to the others. */
  readonly weight: number;
  readonly records: (scene: Scene) => readonly TrafficRecord[];
}
