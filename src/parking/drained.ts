/** A parked call on its way to HubSpot once more: the record of its source, and what may become of it. */
import type { Clock } from '../clock.ts';
import { wait } from '../clock.ts';
import { foldedDelivery } from '../fold/folded-delivery.ts';
import type { Delivery, ReadBack, Tenure } from '../kafka/delivery.ts';
import { copyOfBytes } from '../kafka/fetched-record.ts';
import type { ReadRecord } from '../kafka/range-reader.ts';
import { type ParkedOrigin, readParked, sourceOfParked } from '../outcome/parked-call.ts';
import { markOf } from './ledger-writer.ts';

export interface Ticket {
  /** In whose turn it is, if it is still its portal's. */
  readonly portal: string;
  /** Aborts with `PARK` when its portal is in trouble again. */
  readonly signal: AbortSignal;
  /** Whether an older call of its portal has been put back meanwhile: then this one must not go before it. */
  isOvertaking(): boolean;
  /** It waits again, with what is known of it. @param attempts requests made for it this time */
  putBack(portal: string, inDoubt: boolean, attempts: number): void;
}

/** Of a `Delivery` from the parked topic. */
export interface Drained extends Delivery {
  readonly ticket: Ticket;
}

export interface DrainedCall {
  readonly tenure: Tenure;
  readonly ticket: Ticket;
  readonly ends: ReadBack;
  /** Since when it is in doubt (`Clock.now`); undefined when it is not. */
  readonly doubtSince: number | undefined;
  /** Milliseconds that a call in doubt needs to show up at HubSpot. */
  readonly settle: number;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** It has come to an end that is durable. */
  readonly settled: () => void;
}

/** @param records all that the call is made of */
export function drainedCall(records: readonly [ReadRecord, ...ReadRecord[]], call: DrainedCall): Drained {
  const pieces = records.flatMap((record) => {
    const origin = readParked(record.headers);
    if (origin === undefined) return [];
    return [{ delivery: drainedDelivery(record, origin, call), callIndex: origin.callIndex, part: origin.part }];
  });
  const [alone] = pieces;
  if (alone === undefined) throw new TypeError('it is no parked call');
  const [first, ...more] = pieces
    .flatMap(({ part, ...piece }) => (part === undefined ? [] : [{ ...piece, part }]))
    .toSorted((a, b) => a.delivery.offset - b.delivery.offset || a.callIndex - b.callIndex);
  if (first === undefined) return alone.delivery;
  return { ...foldedDelivery([first, ...more], call.settled), ticket: call.ticket };
}

function drainedDelivery(record: ReadRecord, origin: ParkedOrigin, call: DrainedCall): Drained {
  const { tenure, ticket, ends, doubtSince, clock } = call;
  const source = sourceOfParked(origin, record);
  return {
    ...source,
    ...copyOfBytes(source),
    signal: tenure.issuing.sending,
    publishing: tenure.issuing.publishing,
    permission: tenure.issuing.issued,
    inDoubt: doubtSince !== undefined,
    readBack: {
      hasEnded: (offset, name) => ends.hasEnded(offset, name),
      async untilSettled(offset, name, signal) {
        const left = (doubtSince ?? 0) + call.settle - clock.now();
        if (left > 0) await wait(clock, left, signal);
        return ends.untilSettled(offset, name, signal);
      },
    },
    tenure,
    published: (output, at) => tenure.outputs.published(markOf(record.offset), output, at),
    settle: call.settled,
    ticket,
  };
}

export function isDrained(delivery: Delivery): delivery is Drained {
  return 'ticket' in delivery;
}
