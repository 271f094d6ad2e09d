/** The outcome log over outputs that a test writes, on a clock held still. */
import { readFile } from 'node:fs/promises';
import { CallmatchError } from '../../src/errors.ts';
import type { TopicPartition } from '../../src/kafka/delivery.ts';
import type { OutputPosition } from '../../src/kafka/output-marks.ts';
import { deadLetterHeaders } from '../../src/outcome/dead-letter.ts';
import {
  createOutcomeCodec,
  type Ending,
  type EnrichedCall,
  enrichedCall,
  type SourceRecord,
} from '../../src/outcome/enriched-call.ts';
import { createOutcomeLog } from '../../src/outcome-log.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryReader, type Written } from './memory-reader.ts';
import { sampleCall } from './sample-call.ts';

export const SETTLE_MS = 10_000;
/** Of as many outcomes a partition is read for the memory of repeats. */
export const MEMORY = 3;
export const SOURCE: TopicPartition = { topic: 'calls.cdr', partition: 5 };
/** Where the outputs of that source partition are. */
export const OUTCOMES: TopicPartition = { topic: 'calls.enriched', partition: 1 };
export const LETTERS: TopicPartition = { topic: 'calls.cdr.dlq', partition: 2 };
export const PARKED: TopicPartition = { topic: 'calls.cdr.parked', partition: 1 };

const BEGINNING = [OUTCOMES, LETTERS, PARKED].map((output) => ({ ...output, offset: 0 }));

export const codec = createOutcomeCodec(
  await readFile(new URL('../../schemas/enriched-call.avsc', import.meta.url), 'utf8'),
  1,
);

/** Which call an output is about. Default: `call-1`, the first call of the record at offset 0, by group `g`. */
export interface About {
  readonly offset?: number;
  readonly callIndex?: number;
  readonly id?: string | undefined;
  readonly group?: string;
  readonly source?: TopicPartition;
  /** All records that the call was made from, instead of the one at `offset`. */
  readonly sources?: readonly SourceRecord[];
}

export const SUBMITTED: Extract<Ending, { outcome: 'enriched' }> = {
  outcome: 'enriched',
  matches: [],
  engagementRequested: true,
  attempts: 1,
  submittedAt: 1,
  verdict: 'fresh',
};

export function outcome(about: About = {}, ending: Ending = SUBMITTED): { readonly value: Buffer } {
  const { offset = 0, callIndex = 0, id = 'call-1', group = 'g', source = SOURCE } = about;
  const { sources = [{ ...source, offset, timestamp: 0 }] } = about;
  const written = enrichedCall(sampleCall({ externalCallId: id }), ending, {
    portal: 'main',
    hubId: undefined,
    lane: 'live',
    group,
    mapping: { name: 'canonical', version: '1' },
    sources,
    callIndex,
    redrives: 0,
    traceparent: undefined,
    completedAt: 0,
    include: 'ids',
  });
  return { value: codec.encode(written) };
}

export function deadLetter(about: About = {}): Written {
  const { offset = 0, callIndex = 0, group = 'g', source = SOURCE } = about;
  const bytes = { ...source, offset, timestamp: 0, key: null, value: null, headers: {} };
  const headers = deadLetterHeaders(bytes, new CallmatchError('crm-rejected', 'no'), {
    stage: 'submit',
    portal: 'main',
    externalCallId: 'id' in about ? about.id : 'call-1',
    callIndex,
    attempts: 1,
    mapping: { name: 'canonical', version: '3' },
    redrives: 0,
    group,
    time: 0,
    version: '0',
  });
  return { headers };
}

export function openOutcomeLog(partitions = { 'calls.enriched': 4, 'calls.cdr.dlq': 3, 'calls.cdr.parked': 2 }) {
  const clock = new ManualClock();
  const reader = new MemoryReader(partitions);
  const remembered: EnrichedCall[] = [];
  const failures: unknown[] = [];
  const log = createOutcomeLog(
    {
      group: 'g',
      outcomes: 'calls.enriched',
      dlqSuffix: '.dlq',
      parkedSuffix: '.parked',
      settle: SETTLE_MS,
      memory: MEMORY,
    },
    {
      reader,
      codec,
      partitions: new Map(Object.entries(partitions)),
      clock,
      remember: (one) => remembered.push(one),
      failed: (error) => failures.push(error),
    },
  );
  const closing = new AbortController();
  /** Takes the source partition over. @param since default: both outputs from their beginning */
  const readBack = (isInDoubt = false, since: readonly OutputPosition[] | 'nothing' = BEGINNING) =>
    log.readBack(SOURCE, since === 'nothing' ? undefined : since, isInDoubt, closing.signal, 0);
  return { clock, reader, remembered, failures, log, closing, readBack };
}

export type OutcomeWorld = ReturnType<typeof openOutcomeLog>;
