/**
 * One record's way, every stage in order:
 *
 * ```
 * decode ─▶ map ─▶ fold ─▶ admit ─▶ submit ─▶ publish ─▶ settle
 *    │       │                │         │
 *  buried  buried,         skipped   buried,
 *          skipped                   parked
 * ```
 *
 * Decode and map run synchronously in offset order; scheduling comes after. The only try/catch of the way is `end`,
 * which reads the error's fate. A record is settled when every call it gave has become something durable.
 */
import type { Call, SkipReason } from './cdr/call.ts';
import { dispatched } from './delivery/dispatched.ts';
import type { Duplicates } from './delivery/duplicates.ts';
import type { KeyOrder } from './delivery/key-order.ts';
import { type OrderKeys, parkedKeys } from './delivery/order-keys.ts';
import { CallmatchError } from './errors.ts';
import type { FoldParts } from './fold/fold-part.ts';
import { foldedDelivery, piecesOf } from './fold/folded-delivery.ts';
import type { Folding } from './fold/folding.ts';
import type { Parked } from './hubspot/parked.ts';
import type { LeftInDoubt, Submission } from './hubspot/portal.ts';
import type { Delivery, TopicPartition } from './kafka/delivery.ts';
import type { Telemetry } from './ops/telemetry.ts';
import { type CallOfRecord, callName } from './outcome/call-name.ts';
import type { Stage } from './outcome/dead-letter.ts';
import { type Ending, matchKind, outcomeKey } from './outcome/enriched-call.ts';
import type { CallOrigin, Outputs, RoutedOrigin } from './outputs.ts';
import { crashed, isPublished, isPublishedSkip, joinParts, readCall, readRecord } from './record-ends.ts';
import type { SchemaId } from './registry/writer-schemas.ts';
import { isPart, type Routed, type SourceStages } from './source-stages.ts';

export interface PipelineParts {
  /** Decoding and mapping of a source topic. */
  readonly stages: (topic: string) => SourceStages;
  /** Loads a writer schema that decoding asked for; resolves when the record can be offered again. */
  readonly loadSchema: (id: SchemaId) => Promise<void>;
  /** Fetches again from a partition whose record was refused. */
  readonly resume: (partition: TopicPartition) => void;
  readonly order: KeyOrder;
  /** What a call is kept in order with. */
  readonly orderKeys: OrderKeys;
  readonly duplicates: Duplicates;
  /** Tells whether two records of one call say the same. */
  readonly fingerprint: (call: Call) => string;
  readonly outputs: Outputs;
  /** Where the records of a call wait for each other. */
  readonly folding: Pick<Folding, 'see' | 'take'>;
  /** Takes a call to HubSpot, or parks it. `again`: it can be neither now, and waits for its turn once more. */
  readonly submit: (origin: RoutedOrigin, call: Call) => Promise<Submission | LeftInDoubt | Parked | 'again'>;
  /** Resolves when no older call that was parked has to go first; undefined at once. See `Parking.turn`. */
  readonly turn: (origin: RoutedOrigin, underWay: () => Promise<unknown> | undefined) => Promise<void> | undefined;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly wall: () => number;
}

/** How far a call has come. */
interface Progress {
  /** For its dead letter. */
  stage: Stage;
  readonly externalCallId: string | undefined;
  /** Its end is still to come. */
  isParked?: true;
  /** HubSpot has the call: to be told once its end is durable. If that never is, its record comes again. */
  succeeded?: () => void;
}

export interface Pipeline {
  /** Takes a record; false when it cannot be decoded yet. */
  accept(delivery: Delivery): boolean;
  /** Takes a call of which all records are there. */
  acceptFold(parts: FoldParts): void;
  /** Takes the call of a record that was parked; false when it cannot be decoded yet: `again` is told when it can. */
  acceptParked(delivery: Delivery, call: CallOfRecord, again: () => void): boolean;
  /** Age of the oldest record that has not ended, milliseconds since it was taken; undefined when there is none. */
  oldestUnfinished(): number | undefined;
}

/** What becomes of a parked call when the mapping has changed, so that its record gives no such call. */
const GONE = { kind: 'failure', code: 'parked-call-gone', message: 'the record gives no such call any more' } as const;

export function createPipeline(parts: PipelineParts): Pipeline {
  const { telemetry, outputs, duplicates } = parts;
  /** Records in work, oldest first, with the moment they were taken. */
  const open = new Map<Delivery, number>();

  const accept = (delivery: Delivery): boolean => {
    const stages = parts.stages(delivery.topic);
    const read = readRecord(stages, delivery);
    if (read.kind === 'schema-needed') {
      // It ends without the schema only when callmatch stops.
      parts.loadSchema(read.id).then(
        () => parts.resume(delivery),
        () => {},
      );
      return false;
    }
    const { ends, stage } = read;
    // What waits for other records of its call is not in work.
    if (!ends.every(isPart)) open.set(delivery, parts.wall());
    telemetry.happened('recordRead', { topic: delivery.topic });
    parts.folding.see(delivery, stages);
    let left = ends.length;
    const done = () => {
      left -= 1;
      if (left > 0) return;
      open.delete(delivery);
      delivery.settle();
    };
    for (const [callIndex, end] of ends.entries()) {
      telemetry.happened('callRead', { topic: delivery.topic });
      if (isPart(end)) parts.folding.take({ ...end, delivery, stages, callIndex, done });
      else schedule({ delivery, stages, callIndex }, end, stage, done);
    }
    return true;
  };

  const acceptFold = (fold: FoldParts): void => {
    const [{ stages, callIndex }] = fold;
    const delivery = foldedDelivery(fold, () => {
      for (const { done } of fold) done();
    });
    open.set(delivery, parts.wall());
    // Named by its first record: those that come last are not always the same after a crash.
    schedule({ delivery, stages, callIndex }, joinParts(stages, fold), 'map', (isOver) => {
      open.delete(delivery);
      over(delivery, isOver ? fold.length : 0);
    });
  };

  /** @param records that the call was made of, all but one of which end with it; 0 when its end is still to come */
  const over = (delivery: Delivery, records: number): void => {
    for (let n = 1; n < records; n += 1) telemetry.happened('callFolded', { how: 'joined' });
    delivery.settle();
  };

  const acceptParked: Pipeline['acceptParked'] = (delivery, call, again) => {
    const stages = parts.stages(delivery.topic);
    const pieces = piecesOf(delivery) ?? ([{ delivery, ...call }] as const);
    const read = readCall(stages, pieces);
    if (read.kind === 'schema-needed') {
      parts.loadSchema(read.id).then(again, () => {});
      return false;
    }
    const end = read.end ?? { portal: stages.portal(delivery), mapped: GONE };
    const from = { delivery, stages, callIndex: pieces[0].callIndex };
    schedule(from, end, read.stage, (isOver) => over(delivery, isOver ? pieces.length : 0), true);
    return true;
  };

  /** Ends that need nothing written end at once; the others wait for their turn. */
  const schedule = (
    from: Omit<CallOrigin, 'portal'>,
    { portal, mapped }: Routed,
    stage: Stage,
    /** Told whether it is over, rather than parked. */
    done: (isOver: boolean) => void,
    isParked = false,
  ): void => {
    const { delivery } = from;
    if (mapped.kind === 'failure') {
      const failure = new CallmatchError(mapped.code, mapped.message);
      const progress: Progress = { stage, externalCallId: mapped.externalCallId };
      parts.order.run([], () => end({ ...from, portal }, progress, () => Promise.reject(failure), done));
    } else if (portal !== undefined && mapped.call !== undefined && isPublished(mapped)) {
      const { call } = mapped;
      const progress: Progress = {
        stage: mapped.kind === 'call' ? 'submit' : 'publish',
        externalCallId: call.externalCallId,
      };
      const origin = { ...from, portal };
      const work = async () => {
        const attributed = await portal.attribute(call);
        return mapped.kind === 'call' ? submit(origin, attributed, progress) : skip(origin, attributed, mapped.reason);
      };
      const keys = parts.orderKeys(portal.name, call, delivery);
      parts.order.run(isParked ? parkedKeys(portal.name, keys) : keys, () => end(origin, progress, work, done));
    } else {
      if (mapped.kind === 'skip')
        telemetry.happened('callSkipped', { reason: mapped.reason, ...coordinates(delivery) });
      done(true);
    }
  };

  /** A call's end, whatever happens. What is neither submitted nor buried stays unsettled and is read again. */
  const end = async (
    origin: CallOrigin,
    progress: Progress,
    work: () => Promise<void>,
    done: (isOver: boolean) => void,
  ): Promise<void> => {
    const { delivery, callIndex } = origin;
    try {
      const name = callName(callIndex, progress.externalCallId);
      const isOver = delivery.readBack.hasEnded(delivery.offset, name);
      // Where an earlier owner may still bring the call to an end, that is waited for.
      if (
        isOver ||
        (delivery.inDoubt && (await delivery.readBack.untilSettled(delivery.offset, name, delivery.signal)))
      )
        pass(delivery, progress);
      else await work().catch((error) => settleFailure(origin, progress, error));
    } catch (error) {
      // Held back before it was sent or published, because another member owns the partition or the process stops.
      if (!(error instanceof CallmatchError) && delivery.signal.aborted) return void open.delete(delivery);
      throw error;
    }
    progress.succeeded?.();
    done(progress.isParked !== true);
  };

  const settleFailure = async (origin: CallOrigin, progress: Progress, error: unknown): Promise<void> => {
    if (!(error instanceof CallmatchError) && origin.delivery.signal.aborted) throw error;
    const failure = error instanceof CallmatchError ? error : crashed(error);
    if (failure.fate !== 'bury') throw failure;
    // Nothing of it was sent.
    if (progress.stage !== 'publish' && failure.attempts === 0) await dispatched(origin.delivery);
    await bury(origin, failure, progress);
  };

  /** An earlier owner of the partition has brought the call to its end, and could not commit it any more. */
  const pass = (delivery: Delivery, { externalCallId }: Progress): void => {
    telemetry.happened('callSkipped', { reason: 'already-enriched', externalCallId, ...coordinates(delivery) });
  };

  /** Tells when the calls of its keys that are on their way from the parked topic have ended. */
  const underWay = ({ portal, delivery }: RoutedOrigin, call: Call) =>
    parts.order.after(parkedKeys(portal.name, parts.orderKeys(portal.name, call, delivery)));

  const submit = async (origin: RoutedOrigin, call: Call, progress: Progress): Promise<void> => {
    await parts.turn(origin, () => underWay(origin, call));
    const key = outcomeKey(origin.portal.name, call.externalCallId);
    const fingerprint = parts.fingerprint(call);
    const repeat = duplicates.check(key, fingerprint);
    if (repeat !== undefined) {
      progress.stage = 'publish';
      return skip(origin, call, repeat);
    }
    const submission = await parts.submit(origin, call);
    if (submission === 'again') return submit(origin, call, progress);
    if ('parked' in submission) {
      progress.isParked = true;
      return;
    }
    progress.stage = 'publish';
    if ('inDoubt' in submission) return skip(origin, call, 'in-doubt', submission.attempts);
    progress.succeeded = () => duplicates.remember(key, fingerprint);
    const ending: Ending = { outcome: 'enriched', ...submission };
    await outputs.publish(origin, call, ending);
    enriched(origin, call, ending);
  };

  const enriched = (origin: RoutedOrigin, call: Call, ending: Ending & { outcome: 'enriched' }) => {
    telemetry.happened('callEnriched', {
      portal: origin.portal.name,
      matchKind: matchKind(ending.matches),
      externalCallId: call.externalCallId,
      attempts: ending.attempts,
      verdict: ending.verdict,
      seconds: Math.max(0, parts.wall() - origin.delivery.timestamp) / 1000,
      ...coordinates(origin.delivery),
    });
  };

  /** @param attempts requests made for the call */
  const skip = async (origin: RoutedOrigin, call: Call, reason: SkipReason, attempts = 0): Promise<void> => {
    if (isPublishedSkip(reason)) {
      if (attempts === 0) await dispatched(origin.delivery);
      await outputs.publish(origin, call, { outcome: 'skipped', reason });
    }
    telemetry.happened('callSkipped', { reason, externalCallId: call.externalCallId, ...coordinates(origin.delivery) });
  };

  const bury = async (origin: CallOrigin, error: CallmatchError, progress: Progress): Promise<void> => {
    const { stage, externalCallId } = progress;
    await outputs.bury(origin, error, stage, externalCallId);
    const fields = { code: error.code, stage, reason: error.message, externalCallId };
    telemetry.happened('callBuried', { ...fields, ...coordinates(origin.delivery) });
  };

  return {
    accept,
    acceptFold,
    acceptParked,
    oldestUnfinished() {
      const taken = open.values().next().value;
      return taken === undefined ? undefined : parts.wall() - taken;
    },
  };
}

function coordinates({ topic, partition, offset }: Delivery) {
  return { topic, partition, offset };
}
