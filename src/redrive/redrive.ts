/** A redrive as a whole: who may, which letters, what is known of their calls, and the run. */
import type { Config } from '../config/schema.ts';
import { createKafkaClient } from '../kafka/client.ts';
import { holdLetters } from './hold.ts';
import { prepareRedrive } from './prepared.ts';
import type { RedriveSummary } from './report.ts';
import type { RedriveRequest, RedriveSurroundings } from './request.ts';
import { runRedrive } from './run.ts';

/** Throws `group-active` while another one is at work, and what the processor throws. */
export async function redrive(
  request: RedriveRequest,
  config: Config,
  surroundings: RedriveSurroundings,
): Promise<RedriveSummary> {
  await using connections = new AsyncDisposableStack();
  const kafka = await createKafkaClient(config.kafka, () => {});
  const hold = connections.use(await holdLetters(kafka, config, surroundings.clock));
  const { chosen, ...known } = await prepareRedrive(kafka, request, config, surroundings, connections);
  return await runRedrive({ ...chosen, ...known, config, port: request.port, hold }, surroundings);
}
