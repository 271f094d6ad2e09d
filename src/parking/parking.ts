/**
 * Calls of a portal in trouble, or with more to do than it can, leave the way of the others: they are written to the
 * parked topic, and their records are done. From there they come back by themselves.
 */
import pLimit, { type LimitFunction } from 'p-limit';
import { untilAborted } from '../abort.ts';
import type { Call } from '../cdr/call.ts';
import { type Clock, wait } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { dispatched } from '../delivery/dispatched.ts';
import { CallmatchError } from '../errors.ts';
import { type Pieces, piecesOf } from '../fold/folded-delivery.ts';
import type { Lane } from '../hubspot/lanes.ts';
import { PARK, type Parked } from '../hubspot/parked.ts';
import type { LeftInDoubt, Portal, Submission, SubmitOptions } from '../hubspot/portal.ts';
import type { Delivery, Tenure } from '../kafka/delivery.ts';
import type { ParkedFound } from '../kafka/parked-found.ts';
import type { ParkedIndex } from '../kafka/parked-index.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import type { Sink } from '../kafka/sink.ts';
import type { CallOfRecord } from '../outcome/call-name.ts';
import { UNKNOWN_PORTAL } from '../outcome/parked-call.ts';
import type { Outputs, RoutedOrigin } from '../outputs.ts';
import type { PortalRegistry } from '../portals.ts';
import type { Berth } from './berth.ts';
import { Berths } from './berths.ts';
import { Drain } from './drain.ts';
import { type Drained, isDrained } from './drained.ts';
import { LedgerWriter } from './ledger-writer.ts';
import type { ParkedCall, ParkingEvents } from './parking-events.ts';
import { type PartsMark, parkParts } from './part-parking.ts';

export interface ParkingSettings {
  readonly group: string;
  /** Whether calls are parked; what is parked already is drained in any case. */
  readonly isOn: () => boolean;
  /** Milliseconds that a call in doubt needs to show up at HubSpot. */
  readonly settle: number;
  readonly lane: Lane;
}

export interface ParkingParts {
  readonly reader: Pick<RangeReader, 'read'>;
  readonly sink: Pick<Sink, 'publish'>;
  readonly outputs: Pick<Outputs, 'park' | 'parkPart'>;
  readonly portals: Pick<PortalRegistry, 'resolve' | 'all' | 'size'>;
  readonly accept: (delivery: Delivery, call: CallOfRecord, again: () => void) => boolean;
  readonly clock: Clock;
  readonly events: ParkingEvents;
}

/** What goes with one ownership of a source partition. */
interface Lot {
  readonly index: ParkedIndex;
  readonly berths: Berths;
  readonly drain: Drain;
  readonly ledger: LedgerWriter;
  /** Bounds the calls on their way to the parked topic. */
  readonly slots: LimitFunction;
}

/**
 * Most calls of a partition on their way to the parked topic: those that have been claimed, and do not stand there yet,
 * are in doubt after a crash.
 */
const PARKING_AT_ONCE = 256;
/** How often it is looked whether older calls of a portal have gone, milliseconds. */
const LOOK_MS = 200;

export function createParking({ kafka, delivery }: Config, parts: ParkingParts): Parking {
  const { onPause, ordering, inDoubt, lane } = delivery;
  // Beside one portal nobody has to be kept from waiting, and where all is in one order everybody has to.
  const isWorthIt = () => ordering.mode !== 'partition' && parts.portals.size > 1;
  const isOn = () => onPause === 'park' || (onPause === 'auto' && isWorthIt());
  return new Parking({ group: kafka.groupId, isOn, settle: inDoubt.settle, lane }, parts);
}

export class Parking {
  readonly #settings: ParkingSettings;
  readonly #parts: ParkingParts;
  readonly #lots = new Map<Tenure, Lot>();
  /** Records that the parked topic refuses, and whether HubSpot may have their call. */
  readonly #tooLarge = new WeakMap<Delivery, boolean>();

  constructor(settings: ParkingSettings, parts: ParkingParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** A source partition is ours anew. */
  opened(tenure: Tenure, found: ParkedFound): void {
    const { reader, sink, portals, accept, clock, events } = this.#parts;
    const { group, settle } = this.#settings;
    const ledger = new LedgerWriter(tenure, found, { group, sink, clock });
    const portal = (name: string) => portals.resolve(name);
    const { drainFailed: failed, gone } = events;
    const drain = new Drain(tenure, found, { reader, ledger, clock, accept, portal, settle, failed, gone });
    const slots = pLimit(PARKING_AT_ONCE);
    this.#lots.set(tenure, {
      index: found.index,
      berths: new Berths(tenure, found.index, clock),
      drain,
      ledger,
      slots,
    });
    drain.wake();
    void drain.run().then(() => this.#lots.delete(tenure));
  }

  /** @param isInTrouble it was well until now */
  portalChanged(portal: string, isInTrouble: boolean): void {
    for (const { berths, drain } of this.#lots.values()) {
      if (!isInTrouble) drain.wake();
      else {
        if (this.#settings.isOn()) berths.clear(portal);
        drain.pause(portal);
      }
    }
  }

  /** Parked calls without an end by portal; only portals that have some. */
  counts(): ReadonlyMap<string, number> {
    const all = new Map<string, number>();
    for (const { index } of this.#lots.values())
      for (const [portal, count] of index.counts()) all.set(portal, (all.get(portal) ?? 0) + count);
    return all;
  }

  /** Parks parts of a call that is not whole yet, as `parkParts` does; undefined also where nothing can be parked. */
  async hold(pieces: Pieces, mark: PartsMark): Promise<number[] | undefined> {
    const lot = this.#lotOf(pieces[0].delivery);
    if (lot === undefined) return undefined;
    const { outputs, events } = this.#parts;
    const offsets = await lot.slots(() => parkParts(pieces, mark, { ...lot, outputs }));
    const [{ delivery, part }] = pieces;
    const { topic, partition, offset } = delivery;
    if (offsets === undefined)
      events.refused({ topic, partition, offset, portal: mark.portal ?? UNKNOWN_PORTAL, externalCallId: part.key });
    return offsets;
  }

  /** The call of these parked records is whole. @param offsets ascending */
  whole(tenure: Tenure, portal: string | undefined, offsets: readonly [number, ...number[]], inDoubt: boolean): void {
    const lot = this.#lots.get(tenure);
    lot?.index.addWhole(portal ?? UNKNOWN_PORTAL, offsets, inDoubt ? this.#parts.clock.now() : undefined);
    lot?.drain.wake();
  }

  /** Resolves when it is written down which calls have ended. */
  async flush(): Promise<void> {
    await Promise.all([...this.#lots.values()].map(({ ledger }) => ledger.flush()));
  }

  /**
   * Resolves when the call has its turn: no older one of its portal is parked, and none of its keys under way from there;
   * or when it is to be parked itself. Undefined: at once. Rejects with the signal's reason when the partition is lost.
   */
  turn({ delivery, portal }: RoutedOrigin, underWay: () => Promise<unknown> | undefined): Promise<void> | undefined {
    const lot = this.#lotOf(delivery);
    if (lot === undefined || (lot.index.working === 0 && lot.index.waiting(portal.name) === 0)) return undefined;
    if (!this.#mayPark(delivery)) return this.#behindParked(lot.index, delivery, portal, underWay);
    const berth = lot.berths.of(portal);
    if (berth.isFull(portal)) return undefined;
    const older = underWay();
    return older && this.#behind(berth, older);
  }

  /** Takes a call to HubSpot, or parks it. Throws like `Portal.submit` and `Outputs.park`. */
  async submit(origin: RoutedOrigin, call: Call): Promise<Submission | LeftInDoubt | Parked | 'again'> {
    const { delivery, portal } = origin;
    if (isDrained(delivery)) return this.#submitDrained(delivery, portal, call);
    const lot = this.#lotOf(delivery);
    if (lot === undefined || !this.#mayPark(delivery)) return portal.submit(call, this.#options(delivery));
    const berth = lot.berths.of(portal);
    let back: Parked = { parked: true, inDoubt: delivery.inDoubt, attempts: 0 };
    if (!berth.isFull(portal)) {
      berth.held += 1;
      try {
        const submission = await portal.submit(call, { ...this.#options(delivery), signal: berth.signal });
        if (!('parked' in submission)) return submission;
        back = submission;
      } finally {
        berth.held -= 1;
      }
    }
    if (await lot.slots(() => this.#park(lot, origin, call, back))) return back;
    this.#tooLarge.set(delivery, back.inDoubt);
    if (back.inDoubt && back.attempts > 0) await wait(this.#parts.clock, this.#settings.settle, delivery.signal);
    return 'again';
  }

  /** Undefined for what comes from the parked topic itself, and where nothing can be parked. */
  #lotOf(delivery: Delivery): Lot | undefined {
    return delivery.tenure && !isDrained(delivery) ? this.#lots.get(delivery.tenure) : undefined;
  }

  #mayPark(delivery: Delivery): boolean {
    return this.#settings.isOn() && !this.#tooLarge.has(delivery);
  }

  /** Waits for older calls, unless the portal gets into trouble meanwhile: then all of them are to be parked. */
  async #behind(berth: Berth, older: Promise<unknown>): Promise<void> {
    berth.held += 1;
    try {
      await untilAborted(older, berth.signal);
    } catch (error) {
      if (error !== PARK) throw error;
    } finally {
      berth.held -= 1;
    }
  }

  /** What cannot be parked waits until those have gone that were parked before it. */
  async #behindParked(
    index: ParkedIndex,
    { signal }: Delivery,
    { name }: Portal,
    underWay: () => Promise<unknown> | undefined,
  ): Promise<void> {
    const last = index.last(name);
    while (last !== undefined && index.hasBefore(name, last + 1)) await wait(this.#parts.clock, LOOK_MS, signal);
    for (let older = underWay(); older !== undefined; older = underWay()) {
      await untilAborted(older, signal);
      while (last !== undefined && index.hasBefore(name, last + 1)) await wait(this.#parts.clock, LOOK_MS, signal);
    }
  }

  async #submitDrained(delivery: Drained, portal: Portal, call: Call): Promise<Submission | LeftInDoubt | Parked> {
    const { ticket, inDoubt } = delivery;
    // Of a call of several records it may only now be known whose it is.
    const isBack = ticket.portal !== portal.name || ticket.signal.reason === PARK || ticket.isOvertaking();
    const submission = isBack
      ? ({ parked: true, inDoubt, attempts: 0 } as const)
      : await portal.submit(call, { ...this.#options(delivery), signal: ticket.signal });
    if ('parked' in submission) ticket.putBack(portal.name, submission.inDoubt, submission.attempts);
    return submission;
  }

  /** False when the record is too large to be parked. */
  async #park(lot: Lot, origin: RoutedOrigin, call: Call, { inDoubt, attempts }: Parked): Promise<boolean> {
    const { outputs, events, clock } = this.#parts;
    const { delivery, portal, stages } = origin;
    const reason = reasonOf(portal, attempts);
    const pieces = piecesOf(delivery);
    const doubtSince = () => (inDoubt ? clock.now() : undefined);
    if (pieces !== undefined) {
      const [{ delivery: first }] = pieces;
      const mark = { first: first.offset, size: pieces.length, portal: portal.name, stages, reason, inDoubt };
      const [least, ...more] = (await parkParts(pieces, mark, { ...lot, outputs })) ?? [];
      if (least === undefined) return this.#refused(origin, call);
      lot.index.addWhole(portal.name, [least, ...more], doubtSince());
      lot.drain.wake();
    } else {
      const parked = (offset: number) => {
        lot.index.add(portal.name, offset, doubtSince());
        lot.drain.wake();
      };
      if (attempts === 0) await dispatched(delivery);
      try {
        await outputs.park(origin, call.externalCallId, reason, inDoubt, parked);
      } catch (error) {
        if (!(error instanceof CallmatchError) || error.code !== 'record-too-large') throw error;
        return this.#refused(origin, call);
      }
    }
    events.parked(parkedCall(origin, call), reason.code);
    return true;
  }

  #refused(origin: RoutedOrigin, call: Call): false {
    this.#parts.events.refused(parkedCall(origin, call));
    return false;
  }

  #options(delivery: Delivery): SubmitOptions {
    const { signal, permission, isTaken = false } = delivery;
    const inDoubt = delivery.inDoubt || this.#tooLarge.get(delivery) === true;
    return { lane: this.#settings.lane, signal, permission, inDoubt, isTaken };
  }
}

function reasonOf({ name, state }: Portal, attempts: number): CallmatchError {
  if ('reason' in state) return new CallmatchError(state.reason, `portal ${name} is ${state.state}`, { attempts });
  const message =
    state.state === 'active' ? `portal ${name} has older calls to do` : `portal ${name} is ${state.state}`;
  return new CallmatchError('portal-busy', message, { attempts });
}

function parkedCall({ delivery: { topic, partition, offset }, portal }: RoutedOrigin, call: Call): ParkedCall {
  return { topic, partition, offset, portal: portal.name, externalCallId: call.externalCallId };
}
