/** What the outcomes of a configuration tell before calls are sent again: which have an engagement. */
import type { Clock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import { messageOf } from '../errors.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import type { Log } from '../ops/telemetry.ts';
import { requireOutcomeCodec } from '../prerequisites.ts';
import { createRegistryClient } from '../registry/client.ts';
import { type EnrichedBefore, type EnrichedBeforeParts, readEnrichedBefore } from './enriched-before.ts';

export interface EngagedBeforeParts extends Pick<EnrichedBeforeParts, 'seen'> {
  readonly reader: RangeReader;
  readonly clock: Clock;
  readonly log: Log;
  /** Told how far the reading is. */
  readonly reading: (text: string) => void;
  readonly signal: AbortSignal;
}

/** @param ids ids of enriched calls that are remembered. Throws `schema-missing`, and as the reader does. */
export async function readEngagedBefore(
  { output, registry }: Config,
  ids: number,
  { log, reading, signal, ...parts }: EngagedBeforeParts,
): Promise<EnrichedBefore> {
  await using client = await createRegistryClient(registry);
  const codec = await requireOutcomeCodec(output.topic, client);
  const failed = (error: unknown) => log.warn({ reason: messageOf(error) }, 'the outcomes could not be followed');
  const progress = (done: number, all: number) => reading(`reading the outcomes: ${done} of ${all}`);
  return await readEnrichedBefore(output.topic, ids, { ...parts, codec, failed }, progress, signal);
}
