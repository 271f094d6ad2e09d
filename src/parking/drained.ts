/** A parked call on its way to HubSpot once more: the record of its source, and what may become of it. */
import type { Clock } from '../clock.ts';
import { wait } from '../clock.ts';
import type { Delivery, ReadBack, Tenure } from '../kafka/delivery.ts';
import { copyOfBytes } from '../kafka/fetched-record.ts';
import type { ReadRecord } from '../kafka/range-reader.ts';
import { type ParkedOrigin, sourceOfParked } from '../outcome/parked-call.ts';
import { markOf } from './ledger-writer.ts';

export interface Ticket {
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
  /** The parked record, and what it says of itself. */
  readonly record: ReadRecord;
  readonly origin: ParkedOrigin;
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

export function drainedDelivery(call: DrainedCall): Drained {
  const { tenure, record, origin, ticket, ends, doubtSince, clock } = call;
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
