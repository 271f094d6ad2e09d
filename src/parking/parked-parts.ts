/** Puts the parked parts of calls together that an earlier owner has left: calls that are whole, and open ones. Pure. */
import type { HeldCall, HeldRecord, ParkedDoubt, ParkedFound } from '../kafka/parked-found.ts';
import type { ParkedIndex } from '../kafka/parked-index.ts';
import type { ReadRecord } from '../kafka/range-reader.ts';
import { type ParkedOrigin, type PartMark, sourceOfParked, UNKNOWN_PORTAL } from '../outcome/parked-call.ts';

/** Of the parked record. */
export type RecordBytes = Pick<ReadRecord, 'value' | 'headers'>;
const NO_BYTES: RecordBytes = { value: null, headers: {} };

interface Found {
  readonly mark: PartMark;
  readonly records: HeldRecord[];
}

export class ParkedParts {
  readonly #issued: ReadonlySet<number>;
  readonly #calls = new Map<string, Found>();

  /** @param issued offsets of which the ledger says that they may have been sent */
  constructor(issued: ReadonlySet<number>) {
    this.#issued = issued;
  }

  /** A parked record without an end, in the order of the log. False when it is no part. */
  add(at: number, origin: ParkedOrigin, record: RecordBytes | undefined): boolean {
    const { source, callIndex, portal, part, inDoubt, recordTime } = origin;
    if (part === undefined) return false;
    const name = `${part.first} ${part.key}`;
    const call: Found = this.#calls.get(name) ?? { mark: part, records: [] };
    const known = portal === UNKNOWN_PORTAL ? undefined : portal;
    const bytes = sourceOfParked(origin, record ?? NO_BYTES);
    const { size } = part;
    call.records.push({ at, offset: source.offset, callIndex, recordTime, source: bytes, inDoubt, portal: known });
    // Records parked before the call was over do not know how many there are.
    this.#calls.set(name, size === undefined ? call : { ...call, mark: part });
    return true;
  }

  /** Whole calls go to the index, and to the doubts when they may have been sent. */
  finish(index: ParkedIndex, doubts: ParkedDoubt[]): Pick<ParkedFound, 'held' | 'whole'> {
    const held: HeldCall[] = [];
    const whole: string[] = [];
    for (const { mark, records } of this.#calls.values()) {
      const isIssued = records.some(({ at }) => this.#issued.has(at));
      if (isIssued || records.length === mark.size) {
        this.#addWhole(records, isIssued || records.some(({ inDoubt }) => inDoubt), index, doubts);
        whole.push(mark.key);
        continue;
      }
      for (const { at } of records) index.hold(at);
      const inOrder = records.toSorted((a, b) => a.offset - b.offset || a.callIndex - b.callIndex);
      held.push({ key: mark.key, first: mark.first, size: mark.size, records: inOrder });
    }
    return { held, whole };
  }

  #addWhole(records: readonly HeldRecord[], isInDoubt: boolean, index: ParkedIndex, doubts: ParkedDoubt[]): void {
    const [first, ...more] = records.toSorted((a, b) => a.at - b.at);
    if (first === undefined) return;
    const portal = records.findLast((record) => record.portal !== undefined)?.portal ?? UNKNOWN_PORTAL;
    const doubtSince = isInDoubt ? Number.NEGATIVE_INFINITY : undefined;
    index.addWhole(portal, [first.at, ...more.map(({ at }) => at)], doubtSince);
    if (isInDoubt) doubts.push({ portal, at: first.at, offset: first.offset, call: undefined });
  }
}
