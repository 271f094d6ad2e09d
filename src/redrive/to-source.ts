/**
 * Writes the records of dead letters back to their source topic. Each record is written together with the end of its
 * letter, in one transaction: however it is interrupted, it stands there once.
 */
import type { Config } from '../config/schema.ts';
import { isOfWholeRecord } from '../dead-letters/letter.ts';
import type { OpenLetter } from '../dead-letters/letter-log.ts';
import { redriveGroup } from '../dead-letters/letter-log.ts';
import { createKafkaClient } from '../kafka/client.ts';
import type { GroupHold } from '../kafka/group-hold.ts';
import type { RangeReader, ReadRecord } from '../kafka/range-reader.ts';
import { type TransactionalRecord, writeTogether } from '../kafka/transaction.ts';
import { encodeLedger } from '../parking/ledger.ts';
import { createRegistryClient } from '../registry/client.ts';
import { createWriterSchemas } from '../registry/writer-schemas.ts';
import { createTrial, type Trial } from '../trial/trial.ts';
import type { ChosenLetters } from './choose.ts';
import { inChunks, recordsOf } from './chosen-records.ts';
import { holdLetters } from './hold.ts';
import { hasEngagement, judge } from './judging.ts';
import { bytesOfLetter } from './omitted-value.ts';
import { prepareRedrive } from './prepared.ts';
import { sourceOfLetter } from './redriven.ts';
import type { Before } from './redriving.ts';
import type { RedriveSummary } from './report.ts';
import type { RedriveRequest, RedriveSurroundings } from './request.ts';

/** Throws `group-active` while another one is at work, and `broker-unavailable`. */
export async function redriveToSource(
  request: RedriveRequest,
  config: Config,
  surroundings: RedriveSurroundings,
): Promise<RedriveSummary> {
  const { clock, signal, step } = surroundings;
  const since = clock.now();
  await using connections = new AsyncDisposableStack();
  const kafka = await createKafkaClient(config.kafka, () => {});
  const hold = connections.use(await holdLetters(kafka, config, clock));
  const { reader, chosen, before } = await prepareRedrive(kafka, request, config, surroundings, connections);
  const registry = connections.use(await createRegistryClient(config.registry));
  const trial = await createTrial(config, createWriterSchemas(registry, clock));
  const producer = kafka.producer(redriveGroup(config.kafka.groupId));
  connections.defer(() => producer.disconnect());
  await producer.connect();
  step('The records go back to their source topics: every group that reads these will read them again.');

  const write = (records: readonly TransactionalRecord[]) => writeTogether(producer, records);
  const done = await writeBack(chosen, { group: config.kafka.groupId, hold, reader, before, trial, write, signal });
  return {
    letters: chosen.count,
    ...done,
    left: chosen.left.toJSON(),
    seconds: (clock.now() - since) / 1000,
  };
}

interface WriteBackParts {
  readonly group: string;
  readonly hold: Pick<GroupHold, 'lost' | 'isHeld'>;
  readonly reader: Pick<RangeReader, 'read'>;
  readonly before: Before;
  readonly trial: Trial;
  readonly write: (records: readonly TransactionalRecord[]) => Promise<void>;
  readonly signal: AbortSignal;
}

export async function writeBack(
  { stretches, left }: Pick<ChosenLetters, 'stretches' | 'left'>,
  parts: WriteBackParts,
): Promise<Pick<RedriveSummary, 'ended' | 'written' | 'isFinished' | 'counts'>> {
  const { group, hold, reader, write, signal } = parts;
  let ended = 0;
  let engaged = 0;
  for (const { letters, topic, partition } of stretches) {
    const place = { topic, partition };
    for (const chunk of inChunks(letters)) {
      if (signal.aborted) break;
      const found = await recordsOf(place, chunk, reader, signal);
      const back: TransactionalRecord[] = [];
      const released: number[] = [];
      let already = 0;
      for (const letter of chunk) {
        const decision = await decide(letter, found.get(letter.offset), parts);
        if (typeof decision === 'string' && decision !== 'already-enriched') {
          left.add(decision);
          continue;
        }
        released.push(letter.offset, ...letter.copies);
        if (decision === 'already-enriched') already += 1;
        else back.push(decision);
      }
      if (released.length === 0) continue;
      hold.lost.throwIfAborted();
      const entry = encodeLedger({ group, source: place, issued: [], released });
      await write([...back, { ...place, key: null, ...entry }]);
      ended += back.length + already;
      engaged += already;
    }
  }
  const skipped = engaged > 0 ? { 'already-enriched': engaged } : {};
  const counts = { read: ended, enriched: 0, skipped, buried: {}, requests: 0 };
  return { ended, written: ended - engaged, isFinished: !signal.aborted, counts };
}

/** The record to be written, or why it is not. */
async function decide(
  letter: OpenLetter,
  record: ReadRecord | undefined,
  { reader, before, trial, signal }: WriteBackParts,
): Promise<TransactionalRecord | string> {
  if (record === undefined) return 'letter-deleted';
  if (letter.isTaken) return 'has-the-call';
  if (letter.isIssued) return 'in-doubt';
  const bytes = await bytesOfLetter(letter, record, reader, signal);
  if (bytes.kind === 'gone') return bytes.why;
  const judged = letter.fold === undefined ? await judge(letter, bytes, trial) : undefined;
  if (judged !== undefined && judged.calls > 1 && !isOfWholeRecord(letter)) return 'several-calls';
  if (judged?.ends.some((end) => hasEngagement(end, before)))
    return judged.calls > 1 ? 'several-calls' : 'already-enriched';
  const { topic, partition, timestamp, key, value, headers } = sourceOfLetter(letter, bytes);
  return { topic, partition, timestamp, key, value, headers: writable(headers) };
}

function writable(headers: ReturnType<typeof sourceOfLetter>['headers']) {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
