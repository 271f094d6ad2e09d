/** A redrive as a whole: who may, which letters, what is known of their calls, and the run. */
import type { Config } from '../config/schema.ts';
import { createKafkaClient } from '../kafka/client.ts';
import { chooseLetters } from './choose.ts';
import { EarlierEnds } from './earlier-ends.ts';
import { readBefore } from './engaged-before.ts';
import { holdLetters } from './hold.ts';
import type { RedriveSummary } from './report.ts';
import type { RedriveRequest, RedriveSurroundings } from './request.ts';
import { runRedrive } from './run.ts';

/** Throws `group-active` while another one is at work, and what the processor throws. */
export async function redrive(
  { topics, filter, ids, port }: RedriveRequest,
  config: Config,
  surroundings: RedriveSurroundings,
): Promise<RedriveSummary> {
  const { clock } = surroundings;
  await using connections = new AsyncDisposableStack();
  const kafka = await createKafkaClient(config.kafka, () => {});
  const hold = connections.use(await holdLetters(kafka, config, clock));
  const reader = connections.use(kafka.reader(clock));
  const chosen = await chooseLetters(topics, filter, config, reader, surroundings);
  const earlier = new EarlierEnds(config.kafka.groupId);
  const before = connections.use(await readBefore(config, ids, reader, earlier, surroundings));
  return await runRedrive({ ...chosen, config, port, hold, reader, before, earlier }, surroundings);
}
