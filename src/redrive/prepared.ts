/** What every way of a redrive begins with: the letters that are meant, and what is known of their calls. */
import type { Config } from '../config/schema.ts';
import type { KafkaClient } from '../kafka/client.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import type { EnrichedCall } from '../outcome/enriched-call.ts';
import { readEngagedBefore } from '../replay/engaged-before.ts';
import type { EnrichedBefore } from '../replay/enriched-before.ts';
import { type ChosenLetters, chooseLetters } from './choose.ts';
import { EarlierEnds } from './earlier-ends.ts';
import type { RedriveRequest, RedriveSurroundings } from './request.ts';

export interface PreparedRedrive {
  readonly reader: RangeReader;
  readonly chosen: ChosenLetters;
  readonly earlier: EarlierEnds;
  readonly before: EnrichedBefore;
}

/** @param connections closes what was opened. Rejects as the reader does. */
export async function prepareRedrive(
  kafka: Pick<KafkaClient, 'reader'>,
  { topics, filter, ids }: RedriveRequest,
  config: Config,
  surroundings: RedriveSurroundings,
  connections: AsyncDisposableStack,
): Promise<PreparedRedrive> {
  const reader = connections.use(kafka.reader(surroundings.clock));
  const chosen = await chooseLetters(topics, filter, config, reader, surroundings);
  const earlier = new EarlierEnds(config.kafka.groupId);
  const seen = (outcome: EnrichedCall) => earlier.add(outcome);
  const before = connections.use(await readEngagedBefore(config, ids, { ...surroundings, reader, seen }));
  return { reader, chosen, earlier, before };
}
