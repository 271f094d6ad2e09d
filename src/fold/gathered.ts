/** The parts of calls as long as these are open: in memory, or parked, so that their records hold up nobody. */
import type { PartRecord } from '../cdr/mapping/mapping.ts';
import type { HeldRecord } from '../kafka/parked-found.ts';
import { readRecord } from '../record-ends.ts';
import { isPart, type SourceStages } from '../source-stages.ts';
import type { FoldPart } from './fold-part.ts';

/** Where a part stands in the parked topic, and what was said of it there. */
export interface Held {
  readonly at: number;
  readonly first: number;
  /** Parts of its call; undefined while that is open. */
  readonly size: number | undefined;
  readonly inDoubt: boolean;
}

type Place = Pick<Gathered, 'offset' | 'callIndex' | 'portal' | 'bytes' | 'record'>;

export class Gathered {
  /** Of its source record. */
  readonly offset: number;
  readonly callIndex: number;
  readonly portal: string | undefined;
  readonly bytes: number;
  /** What the mapping made of it; undefined where that was given up. */
  record: unknown;
  /** Undefined once it is parked. */
  part: FoldPart | undefined;
  held: Held | undefined;
  /** It is on its way to the parked topic, or was refused there. */
  holding: Promise<void> | undefined;

  constructor({ offset, callIndex, portal, bytes, record }: Place, { part, held }: Pick<Gathered, 'part' | 'held'>) {
    this.offset = offset;
    this.callIndex = callIndex;
    this.portal = portal;
    this.bytes = bytes;
    this.record = record;
    this.part = part;
    this.held = held;
  }

  static of(part: FoldPart): Gathered {
    const { delivery, stages, callIndex } = part;
    const { offset, value } = delivery;
    const portal = stages.portal(delivery)?.name;
    const place = { offset, callIndex, portal, bytes: value?.length ?? 0, record: part.part.record };
    return new Gathered(place, { part, held: undefined });
  }

  /** Parked by an earlier owner. */
  static found(
    { at, offset, callIndex, portal, inDoubt, source: { value } }: HeldRecord,
    { first, size }: Pick<Held, 'first' | 'size'>,
    record: unknown,
  ): Gathered {
    const place = { offset, callIndex, portal, bytes: value?.length ?? 0, record };
    return new Gathered(place, { part: undefined, held: { at, first, size, inDoubt } });
  }
}

/** What the mapping makes of a parked part; undefined where it makes none, or cannot yet. */
export function mappedOf(stages: SourceStages, { source, callIndex }: HeldRecord): unknown {
  const read = readRecord(stages, source);
  const end = read.kind === 'ends' ? read.ends[callIndex] : undefined;
  return end !== undefined && isPart(end) ? end.part.record : undefined;
}

/** Whether the call is over with its newest part. @param parts all so far */
export function endsWith(newest: PartRecord, parts: readonly Gathered[]): boolean {
  // An earlier owner knew how many there are.
  const size = parts.find(({ held }) => held?.size !== undefined)?.held?.size;
  if (size !== undefined && parts.length >= size) return true;
  const records = inOrder(parts).map(({ record }) => record);
  if (!records.includes(undefined)) return newest.ends(records);
  try {
    return newest.ends(UNKNOWN);
  } catch {
    return false;
  }
}

/** Stands for records of which some are not known: a rule that looks at them cannot tell. */
const UNKNOWN: readonly unknown[] = new Proxy([], {
  get() {
    throw new TypeError('not all records of the call are known');
  },
});

/** In the order of the source: what is restored and what is read once more can come in any. */
export function inOrder(parts: readonly Gathered[]): Gathered[] {
  return parts.toSorted((a, b) => a.offset - b.offset || a.callIndex - b.callIndex);
}

/** What names the call in the parked topic. */
export function firstOf(parts: readonly Gathered[]): number {
  return parts.find(({ held }) => held !== undefined)?.held?.first ?? Math.min(...parts.map(({ offset }) => offset));
}
