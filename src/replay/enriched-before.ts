/**
 * What has been enriched with an engagement, as far as the outcomes tell: read up-front, and followed while a replay
 * runs. Outcomes of every group count: whoever sent it, the CRM has the call.
 */
import { type Clock, wait } from '../clock.ts';
import type { TopicPartition } from '../kafka/delivery.ts';
import type { RangeReader, ReadRecord } from '../kafka/range-reader.ts';
import { type EnrichedCall, type OutcomeCodec, outcomeKey } from '../outcome/enriched-call.ts';
import { createDoneIndex } from './done-index.ts';
import { createIdSet } from './id-set.ts';

export interface EnrichedBefore extends AsyncDisposable {
  /** Whether this call of this record, or another record of the same call, has an engagement. */
  has(source: TopicPartition, offset: number, callIndex: number, portal: string, externalCallId: string): boolean;
  /** Whether a call of this id has an engagement, whatever its record; unknown of ids that were dropped. */
  hasId(portal: string, externalCallId: string): boolean;
  /** Whether it was published that this call was skipped, for a reason that stays. */
  hasSkip(source: TopicPartition, offset: number, callIndex: number): boolean;
  /** Gives back the memory for the records below. */
  forget(source: TopicPartition, below: number): void;
  readonly counts: {
    /** Outcomes read that count. */
    readonly calls: number;
    /** Ids that found no room: a repeat of such a call at another offset is not known as one. */
    readonly droppedIds: number;
  };
}

export interface EnrichedBeforeParts {
  readonly reader: RangeReader;
  readonly codec: Pick<OutcomeCodec, 'read'>;
  readonly clock: Clock;
  /** Told every outcome. */
  readonly seen?: (outcome: EnrichedCall) => void;
  /** Told when following the outcomes failed; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** How soon what was published meanwhile is known, milliseconds. */
const FOLLOW_MS = 1_000;

/**
 * Reads the outcomes to their end, then follows them.
 * @param topic of the outcomes. @param mostIds ids remembered
 * @param progress told how many of how many offsets have been read
 */
export async function readEnrichedBefore(
  topic: string,
  mostIds: number,
  parts: EnrichedBeforeParts,
  progress: (done: number, all: number) => void,
  signal: AbortSignal,
): Promise<EnrichedBefore> {
  const { reader, clock } = parts;
  const enriched = createDoneIndex();
  const skipped = createDoneIndex();
  const ids = createIdSet(mostIds);
  const closing = new AbortController();
  let calls = 0;
  let read = 0;

  const take = ({ value }: ReadRecord) => {
    read += 1;
    const outcome = parts.codec.read(value);
    if (outcome === undefined) return;
    parts.seen?.(outcome);
    const { sources, callIndex } = outcome;
    // One that was given up in doubt is to be tried again.
    if (outcome.outcome === 'skipped' && outcome.reason !== 'in-doubt') {
      for (const source of sources) skipped.add(source, source.offset, callIndex);
    }
    // Sent for its matches only, a call is still to be engaged.
    if (outcome.outcome !== 'enriched' || !outcome.engagementRequested) return;
    calls += 1;
    ids.add(outcomeKey(outcome.portal, outcome.externalCallId));
    for (const source of sources) enriched.add(source, source.offset, callIndex);
  };
  const readOn = async (positions: readonly Position[], until: AbortSignal) => {
    return Promise.all(
      positions.map(async (position): Promise<Position> => {
        return { ...position, offset: await reader.read(position, { from: position.offset }, take, until) };
      }),
    );
  };

  const bounds = await reader.bounds(topic, signal);
  const all = bounds.reduce((sum, { start, end }) => sum + (end - start), 0);
  const starts = bounds.map(({ partition, start }) => ({ topic, partition, offset: start }));
  const tell = () => progress(Math.min(read, all), all);
  let cancel = clock.after(PROGRESS_MS, function again() {
    tell();
    cancel = clock.after(PROGRESS_MS, again);
  });
  const upFront = await readOn(starts, signal).finally(() => cancel());
  progress(all, all);

  const follow = async () => {
    let positions = upFront;
    while (!closing.signal.aborted) {
      await wait(clock, FOLLOW_MS, closing.signal);
      try {
        positions = await readOn(positions, closing.signal);
      } catch (error) {
        if (!closing.signal.aborted) parts.failed(error);
      }
    }
  };
  const following = follow().catch(() => {});

  return {
    has: (source, offset, callIndex, portal, externalCallId) =>
      enriched.has(source, offset, callIndex) || ids.has(outcomeKey(portal, externalCallId)),
    hasId: (portal, externalCallId) => ids.has(outcomeKey(portal, externalCallId)),
    hasSkip: (source, offset, callIndex) => skipped.has(source, offset, callIndex),
    forget(source, below) {
      enriched.forget(source, below);
      skipped.forget(source, below);
    },
    get counts() {
      return { calls, droppedIds: ids.dropped };
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the replay is over'));
      await following;
    },
  };
}

type Position = TopicPartition & { readonly offset: number };

const PROGRESS_MS = 500;
