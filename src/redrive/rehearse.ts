/** What a redrive would do, with nothing sent and nothing written. */
import type { Config } from '../config/schema.ts';
import { createKafkaClient } from '../kafka/client.ts';
import { createRegistryClient } from '../registry/client.ts';
import { createWriterSchemas } from '../registry/writer-schemas.ts';
import { createTrial, endName } from '../trial/trial.ts';
import { inChunks, recordsOf } from './chosen-records.ts';
import { Counts } from './counts.ts';
import { hasEngagement, judge } from './judging.ts';
import { bytesOfLetter } from './omitted-value.ts';
import { prepareRedrive } from './prepared.ts';
import { sourceOfLetter } from './redriven.ts';
import type { RedriveRequest, RedriveSurroundings } from './request.ts';

export interface Rehearsal {
  readonly letters: number;
  /** Calls by what would become of them, such as `submitted`. */
  readonly ends: Readonly<Record<string, number>>;
}

export async function rehearseRedrive(
  request: RedriveRequest,
  config: Config,
  surroundings: RedriveSurroundings,
): Promise<Rehearsal> {
  const { clock, signal } = surroundings;
  await using connections = new AsyncDisposableStack();
  const kafka = await createKafkaClient(config.kafka, () => {});
  const { reader, chosen, before } = await prepareRedrive(kafka, request, config, surroundings, connections);
  const { stretches, count, left } = chosen;
  const registry = connections.use(await createRegistryClient(config.registry));
  const trial = await createTrial(config, createWriterSchemas(registry, clock));
  const ends = new Counts();
  for (const { letters, ...place } of stretches) {
    for (const chunk of inChunks(letters)) {
      const records = await recordsOf(place, chunk, reader, signal);
      for (const letter of chunk) {
        const record = records.get(letter.offset);
        const bytes = record && (await bytesOfLetter(letter, record, reader, signal));
        if (bytes?.kind !== 'bytes') ends.add(`left: ${bytes?.why ?? 'letter-deleted'}`);
        else if (letter.isTaken) ends.add('published: HubSpot has the call');
        else if (letter.fold !== undefined) {
          // It ends with the last of its records.
          for (const { end } of await trial.take(sourceOfLetter(letter, bytes))) ends.add(endName(end));
        } else {
          const judged = await judge(letter, bytes, trial);
          if (judged.ends.length === 0) ends.add('buried: parked-call-gone');
          for (const end of judged.ends)
            ends.add(hasEngagement(end, before) ? 'skipped: already-enriched' : endName(end.end));
        }
      }
    }
  }
  for (const { end } of trial.close()) ends.add(endName(end));
  for (const [why, number] of Object.entries(left.toJSON())) ends.add(`left: ${why}`, number);
  return { letters: count, ends: ends.toJSON() };
}
