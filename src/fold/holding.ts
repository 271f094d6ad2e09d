/**
 * An open call must not hold up its partition. When the partition has little room left, the records of its open calls are
 * parked, oldest first, and done; when such a call is over, all of it is a parked call, and comes back by itself.
 */
import { type Clock, wait } from '../clock.ts';
import type { Tenure } from '../kafka/delivery.ts';
import type { Parking } from '../parking/parking.ts';
import type { FoldParts } from './fold-part.ts';
import { firstOf, type Gathered } from './gathered.ts';

export interface HoldingParts {
  readonly parking: Pick<Parking, 'hold' | 'whole'>;
  /** Takes a call of which nothing is parked. */
  readonly closed: (parts: FoldParts) => void;
  readonly clock: Pick<Clock, 'after'>;
}

/** In the headers of the parked records, where others have the code of a trouble. */
const REASON = { code: 'fold-open', message: 'its call is not over yet', attempts: 0 } as const;
/**
 * Most bytes of parked records of a partition that are kept in memory as well, for end marks that look at all records of a
 * call. Where some are not kept such a mark is not seen, and the call is over by time.
 */
const MOST_KEPT = 16 * 1024 * 1024;
/** Pause before a record is tried again that the parked topic refuses, milliseconds. */
const REFUSED_MS = 10_000;

export class Holding {
  readonly #parts: HoldingParts;

  constructor(parts: HoldingParts) {
    this.#parts = parts;
  }

  /** Parks the older half of what open calls have in memory. @param calls the parts of each */
  relieve(calls: Iterable<readonly Gathered[]>): void {
    const open = [...calls];
    const all = open.flat();
    const waiting = open.flatMap((parts) =>
      parts.filter(({ part, holding }) => part !== undefined && holding === undefined).map((one) => ({ one, parts })),
    );
    const oldest = waiting.toSorted((a, b) => a.one.offset - b.one.offset).slice(0, Math.ceil(waiting.length / 2));
    let kept = all.reduce((sum, { held, record, bytes }) => sum + (held && record !== undefined ? bytes : 0), 0);
    for (const { one, parts } of oldest) {
      kept += one.bytes;
      one.holding = this.#hold(one, firstOf(parts), kept <= MOST_KEPT).catch(() => {});
    }
  }

  /** The call is over. @param parts in the order of the source */
  close(tenure: Tenure | undefined, parts: readonly Gathered[]): void {
    const [first, ...more] = parts.flatMap(({ part, holding }) => (part && holding === undefined ? [part] : []));
    if (tenure === undefined || (first !== undefined && more.length + 1 === parts.length)) {
      if (first !== undefined) this.#parts.closed([first, ...more]);
    } else void this.#parkWhole(tenure, parts).catch(() => {});
  }

  /** Rejects when the partition is lost: its new owner reads the record once more. */
  async #hold(one: Gathered, first: number, isKept: boolean): Promise<void> {
    const { part } = one;
    if (part === undefined) return;
    const { inDoubt } = part.delivery;
    const { portal } = one;
    const mark = { first, size: undefined, portal, stages: part.stages, reason: REASON, inDoubt };
    const [at] = (await this.#parts.parking.hold([part], mark)) ?? [];
    // What is too large stays where it is.
    if (at === undefined) return;
    one.held = { at, first, size: undefined, inDoubt };
    one.part = undefined;
    if (!isKept) one.record = undefined;
    part.done();
  }

  async #parkWhole(tenure: Tenure, parts: readonly Gathered[]): Promise<void> {
    await Promise.all(parts.map(({ holding }) => holding));
    const left = parts.flatMap(({ part }) => part ?? []);
    const offsets = parts.flatMap(({ held }) => (held === undefined ? [] : [held.at]));
    const [one, ...others] = left;
    if (one !== undefined && offsets.length === 0) return this.#parts.closed([one, ...others]);
    const portal = parts.findLast((each) => each.portal !== undefined)?.portal;
    const inDoubt = left.some(({ delivery }) => delivery.inDoubt) || parts.some(({ held }) => held?.inDoubt);
    if (one !== undefined) {
      const mark = { first: firstOf(parts), size: parts.length, portal, stages: one.stages, reason: REASON, inDoubt };
      let at = await this.#parts.parking.hold([one, ...others], mark);
      while (at === undefined) {
        await wait(this.#parts.clock, REFUSED_MS, tenure.issuing.sending);
        at = await this.#parts.parking.hold([one, ...others], mark);
      }
      offsets.push(...at);
    }
    const [least, ...more] = offsets.sort((a, b) => a - b);
    if (least === undefined) return;
    // In one turn: what is done here must be found there.
    this.#parts.parking.whole(tenure, portal, [least, ...more], inDoubt);
    for (const { done } of left) done();
  }
}
