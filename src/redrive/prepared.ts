/** What every way of a redrive begins with: the letters that are meant, and what is known of their calls. */
import type { Config } from '../config/schema.ts';
import type { KafkaClient } from '../kafka/client.ts';
import type { RangeReader } from '../kafka/range-reader.ts';
import { type ChosenLetters, chooseLetters } from './choose.ts';
import { EarlierEnds } from './earlier-ends.ts';
import { readBefore } from './engaged-before.ts';
import type { RedriveRequest, RedriveSurroundings } from './request.ts';

export interface PreparedRedrive {
  readonly reader: RangeReader;
  readonly chosen: ChosenLetters;
  readonly earlier: EarlierEnds;
  readonly before: Awaited<ReturnType<typeof readBefore>>;
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
  const before = connections.use(await readBefore(config, ids, reader, earlier, surroundings));
  return { reader, chosen, earlier, before };
}
