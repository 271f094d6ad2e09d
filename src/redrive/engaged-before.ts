/** What the outcomes tell before a redrive: which calls have an engagement, and what earlier redrives have done. */
import type { Config } from '../config/schema.ts';
import { messageOf } from '../errors.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import { requireOutcomeCodec } from '../prerequisites.ts';
import { createRegistryClient } from '../registry/client.ts';
import { type EnrichedBefore, readEnrichedBefore } from '../replay/enriched-before.ts';
import type { EarlierEnds } from './earlier-ends.ts';
import type { RedriveSurroundings } from './request.ts';

/** Reads from the outcomes what has an engagement. @param earlier told what redrives have done */
export async function readBefore(
  config: Config,
  ids: number,
  reader: RangeReader,
  earlier: EarlierEnds,
  { clock, log, reading, signal }: Pick<RedriveSurroundings, 'clock' | 'log' | 'reading' | 'signal'>,
): Promise<EnrichedBefore> {
  await using registry = await createRegistryClient(config.registry);
  const codec = await requireOutcomeCodec(config.output.topic, registry);
  const failed = (error: unknown) => log.warn({ reason: messageOf(error) }, 'the outcomes could not be followed');
  return await readEnrichedBefore(
    config.output.topic,
    ids,
    { reader, codec, clock, failed, seen: (outcome) => earlier.add(outcome) },
    (done, all) => reading(`reading the outcomes: ${done} of ${all}`),
    signal,
  );
}
