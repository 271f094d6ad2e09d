/**
 * Brings the parked calls of one source partition to HubSpot: of every portal that has room the next ones, in turns, so
 * that no portal waits for another. A portal in trouble has one call out, which is its probe.
 */
import { onAbort, untilAborted } from '../abort.ts';
import { type Clock, wait } from '../clock.ts';
import { PARK } from '../hubspot/parked.ts';
import type { Portal } from '../hubspot/portal.ts';
import type { Delivery, Tenure } from '../kafka/delivery.ts';
import type { ParkedFound } from '../kafka/parked-found.ts';
import type { RangeReader, ReadRecord } from '../kafka/range-reader.ts';
import type { CallOfRecord } from '../outcome/call-name.ts';
import { readParked } from '../outcome/parked-call.ts';
import { type Drained, drainedCall } from './drained.ts';
import type { LedgerWriter } from './ledger-writer.ts';

export interface DrainParts {
  readonly reader: Pick<RangeReader, 'read'>;
  readonly ledger: LedgerWriter;
  readonly clock: Clock;
  /** Takes a call; false when it cannot be decoded yet, and `again` is told when it can. */
  readonly accept: (delivery: Delivery, call: CallOfRecord, again: () => void) => boolean;
  /** Undefined for one that is not configured any more. */
  readonly portal: (name: string) => Pick<Portal, 'state' | 'waiting'> | undefined;
  /** Milliseconds that a call in doubt needs to show up at HubSpot. */
  readonly settle: number;
  readonly failed: (error: unknown) => void;
  /** A parked record is not there any more. */
  readonly gone: (portal: string, offset: number) => void;
}

/** A portal whose calls are being drained. */
interface Stream {
  /** Until its portal is in trouble again. */
  readonly run: AbortController;
  /** It does not wait for the loss of the partition any more. */
  readonly forget: () => void;
  /** Most calls out at a time: as many as go in a moment. */
  room: number;
  out: number;
  /** Those of them that are in doubt: they wait for a look-up, and not for the quota. */
  doubts: number;
  /** When calls were picked last. */
  pickedAt: number;
}

interface Turn {
  readonly portal: string;
  readonly offset: number;
  readonly stream: Stream;
}

/** Most calls of a portal out at a time: they are in doubt after a crash. The room follows the pace within it. */
const ROOM = { least: 16, most: 512 } as const;
/** A portal that has worked off half its room within the first is given more, one that takes longer than the second less. */
const PACE = { quick: 250, slow: 1_000 } as const;
/** Pause between two rounds, milliseconds: each costs a ledger record. */
const ROUND_MS = 100;
const RETRY_MS = 1_000;
/** Records that are read to get from one call to the next, rather than to begin anew. */
const LONGEST_GAP = 2_000;

export class Drain {
  readonly #tenure: Tenure;
  readonly #found: ParkedFound;
  readonly #parts: DrainParts;
  readonly #streams = new Map<string, Stream>();
  #woken = Promise.withResolvers<void>();

  constructor(tenure: Tenure, found: ParkedFound, parts: DrainParts) {
    this.#tenure = tenure;
    this.#found = found;
    this.#parts = parts;
  }

  /** Something may have changed: a call was parked, or one has ended, or a portal is well. */
  wake(): void {
    this.#woken.resolve();
  }

  /** The portal is in trouble: its calls wait again, but for what is on the wire. */
  pause(portal: string): void {
    this.#streams.get(portal)?.run.abort(PARK);
    this.#streams.get(portal)?.forget();
    this.#streams.delete(portal);
    this.wake();
  }

  /** Drains until the partition is lost, or the process stops. */
  async run(): Promise<void> {
    const { sending } = this.#tenure.issuing;
    const { clock, failed } = this.#parts;
    onAbort(sending, () => this.wake());
    void this.#clearDoubts();
    while (!sending.aborted) {
      await this.#woken.promise;
      this.#woken = Promise.withResolvers();
      try {
        if (!(await this.#round(sending))) continue;
        await wait(clock, ROUND_MS, sending);
      } catch (error) {
        if (sending.aborted) return;
        failed(error);
        await wait(clock, RETRY_MS, sending).catch(() => {});
      }
      this.wake();
    }
  }

  /** False when there was nothing to do. */
  async #round(sending: AbortSignal): Promise<boolean> {
    const picks = this.#pick();
    if (picks.length === 0) return false;
    const { index } = this.#found;
    // Written before any of them is sent, so that the next owner knows which may have been.
    await this.#parts.ledger.issue(
      picks.flatMap(({ offset }) => (index.isIssued(offset) ? [] : index.membersOf(offset))),
    );
    for (const group of byGaps(picks)) await this.#hand(group, sending);
    return true;
  }

  /** The next calls of every portal that has room, in the order of the log. */
  #pick(): Turn[] {
    const { index } = this.#found;
    const now = this.#parts.clock.now();
    const picks: Turn[] = [];
    for (const portal of index.portals()) {
      const stream = this.#streamOf(portal);
      for (const offset of index.next(portal, this.#roomOf(portal, stream, now)))
        picks.push({ portal, offset, stream });
    }
    return picks.sort((a, b) => a.offset - b.offset);
  }

  /** How many more calls of the portal may be out. */
  #roomOf(name: string, stream: Stream, now: number): number {
    const portal = this.#parts.portal(name);
    // One that is not configured any more has no trouble: its calls are buried, if they are still meant for it.
    const state = portal?.state.state ?? 'active';
    // Nobody has to find out whether a disabled one is well.
    if (state === 'disabled') return 0;
    if (state !== 'active') return stream.out === 0 ? 1 : 0;
    const busy = stream.out - stream.doubts;
    if (busy > stream.room / 2) return 0;
    adjust(stream, now, portal?.waiting ?? 0);
    return Math.max(0, stream.room - busy);
  }

  #streamOf(portal: string): Stream {
    const known = this.#streams.get(portal);
    if (known !== undefined) return known;
    const { sending } = this.#tenure.issuing;
    const run = new AbortController();
    const forget = onAbort(sending, () => run.abort(sending.reason));
    const stream = { run, forget, room: ROOM.least, out: 0, doubts: 0, pickedAt: Number.NEGATIVE_INFINITY };
    this.#streams.set(portal, stream);
    return stream;
  }

  /** Reads these calls, and hands them over in their order. */
  async #hand(picks: readonly Turn[], signal: AbortSignal): Promise<void> {
    const { index } = this.#found;
    const { records, readTo } = await this.#read(
      picks.map(({ offset }) => offset),
      signal,
    );
    for (const pick of picks) {
      const { portal, offset } = pick;
      // Of a call with several records the others can stand anywhere behind.
      const [, ...others] = index.membersOf(offset);
      const more = others.length === 0 ? undefined : await this.#read(others, signal);
      const [first, ...rest] = [records.get(offset), ...others.map((other) => more?.records.get(other))];
      const all = rest.filter((record) => record !== undefined);
      if (first !== undefined && all.length === others.length) await this.#handOne(pick, [first, ...all], signal);
      else if ((first !== undefined || offset < readTo) && index.isWaiting(portal, offset)) {
        index.take(portal, offset);
        this.#parts.gone(portal, offset);
        this.#parts.ledger.release(offset);
      }
    }
  }

  /** @param offsets ascending */
  async #read(offsets: readonly number[], signal: AbortSignal) {
    const wanted = new Set(offsets);
    const records = new Map<number, ReadRecord>();
    const onRecord = (record: ReadRecord) => {
      if (wanted.delete(record.offset)) records.set(record.offset, record);
      return wanted.size > 0;
    };
    const range = { from: offsets[0] ?? 0, to: (offsets.at(-1) ?? 0) + 1 };
    const readTo = await this.#parts.reader.read(this.#found.place, range, onRecord, signal);
    return { records, readTo };
  }

  async #handOne(
    { portal, offset, stream }: Turn,
    records: readonly [ReadRecord, ...ReadRecord[]],
    signal: AbortSignal,
  ): Promise<void> {
    const { index, ends } = this.#found;
    const { accept, ledger, clock, settle } = this.#parts;
    const origin = readParked(records[0].headers);
    if (origin === undefined) return;
    const doubtSince = index.doubtSince(offset);
    let isOut = false;
    const back = () => {
      if (!isOut) return false;
      isOut = false;
      stream.out -= 1;
      if (doubtSince !== undefined) stream.doubts -= 1;
      if (stream.out - stream.doubts <= stream.room / 2) this.wake();
      if (stream.out === 0 && index.waiting(portal) === 0) this.#end(portal, stream);
      return true;
    };
    const delivery: Drained = drainedCall(records, {
      ...{ tenure: this.#tenure, ends, doubtSince, settle, clock },
      ticket: {
        portal,
        signal: stream.run.signal,
        isOvertaking: () => index.hasBefore(portal, offset),
        putBack(now, inDoubt, attempts) {
          const since = attempts > 0 ? clock.now() : (doubtSince ?? clock.now());
          if (back()) index.putBack(now, offset, inDoubt ? since : undefined);
        },
      },
      settled: () => {
        if (back()) ledger.release(offset);
      },
    });
    // Its portal can have got into trouble since it was picked, and its end can have been found.
    while (!stream.run.signal.aborted && index.isWaiting(portal, offset)) {
      const { promise: again, resolve } = Promise.withResolvers<void>();
      // In one turn with its place in the order of its key: as long as it waits newer ones of its portal are parked.
      index.take(portal, offset);
      isOut = true;
      stream.out += 1;
      if (doubtSince !== undefined) stream.doubts += 1;
      stream.pickedAt = clock.now();
      if (accept(delivery, origin, resolve)) return;
      index.putBack(portal, offset, doubtSince);
      back();
      await untilAborted(again, signal);
    }
  }

  #end(portal: string, stream: Stream): void {
    if (this.#streams.get(portal) !== stream) return;
    stream.forget();
    this.#streams.delete(portal);
  }

  /** What an earlier owner has brought to an end, and could not write down any more. */
  async #clearDoubts(): Promise<void> {
    const { index, doubts, ends, settled } = this.#found;
    const { ledger, clock } = this.#parts;
    const { sending } = this.#tenure.issuing;
    this.#parts.ledger.releaseCopies(await settled);
    const ended = doubts.filter(({ offset, call }) => call !== undefined && ends.hasEnded(offset, call));
    for (const { portal, at } of ended) {
      if (!index.isWaiting(portal, at)) continue;
      index.take(portal, at);
      ledger.release(at);
    }
    // Those without a name are found to have ended when they are drained.
    const nameless = doubts.filter(({ call }) => call === undefined);
    while (ended.some(({ at }) => index.isWorking(at)) || nameless.some(({ at }) => index.isOpen(at)))
      if (
        await wait(clock, ROUND_MS, sending).then(
          () => false,
          () => true,
        )
      )
        return;
    index.isUnclear = false;
  }
}

/** @param waiting requests that wait for the quota: more of them would change nothing, but for what a crash leaves */
function adjust(stream: Stream, now: number, waiting: number): void {
  const since = now - stream.pickedAt;
  if (waiting > 0 || since >= PACE.slow) stream.room = Math.max(ROOM.least, Math.floor(stream.room / 2));
  else if (since <= PACE.quick) stream.room = Math.min(ROOM.most, stream.room * 2);
}

/** Cuts where it is cheaper to begin a new read. */
function byGaps(picks: readonly Turn[]): Turn[][] {
  const groups: Turn[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const pick of picks) {
    if (pick.offset - last > LONGEST_GAP) groups.push([]);
    groups.at(-1)?.push(pick);
    last = pick.offset;
  }
  return groups;
}
