/** Gathers what really happened in a demo: from the processor, the topics, the CRM and the committed offsets. */
import { readFile } from 'node:fs/promises';
import type { ReadRecord } from '../kafka/range-reader.ts';
import { readToEnd } from '../kafka/topic-reader.ts';
import { HAPPENINGS, type HappeningName } from '../ops/happenings.ts';
import type { Telemetry } from '../ops/telemetry.ts';
import { createOutcomeCodec, type EnrichedCall } from '../outcome/enriched-call.ts';
import type { Session } from './session.ts';
import { type Ends, type Evidence, tally } from './verification.ts';

export interface Findings {
  readonly evidence: Evidence;
  /** The first outcomes with a match, and the dead letters, to be shown. */
  readonly outcomes: readonly EnrichedCall[];
  readonly deadLetters: readonly ReadRecord[];
}

const OUTCOME_SCHEMA = new URL('../../schemas/enriched-call.avsc', import.meta.url);

/** Calls ended so far, by how. */
export async function countedEnds(telemetry: Telemetry): Promise<Ends> {
  const ends = tally();
  ends.add('enriched', await telemetry.count('callEnriched'));
  const byLabel = async (name: HappeningName, word: string, label: string) => {
    for (const value of await telemetry.labelValues(name, label)) {
      ends.add(`${word} ${value}`, await telemetry.count(name, { [label]: value }));
    }
  };
  await byLabel('callSkipped', 'skipped', HAPPENINGS.callSkipped.counter.labels[0]);
  await byLabel('callBuried', 'buried', HAPPENINGS.callBuried.counter.labels[0]);
  await byLabel('callFolded', 'folded', HAPPENINGS.callFolded.counter.labels[0]);
  return ends.ends;
}

/** Call it when the processor is at rest. */
export async function gather(session: Session, expected: Ends): Promise<Findings> {
  const { kafka, config, crm, processor } = session;
  const codec = createOutcomeCodec(await readFile(OUTCOME_SCHEMA, 'utf8'), session.schemaIds.outcome);
  const published = tally();
  const buried = tally();
  const outcomes: EnrichedCall[] = [];
  const deadLetters: ReadRecord[] = [];
  const dlqs = config.sources.map(({ topic }) => topic + config.output.dlqSuffix);
  await readToEnd(kafka, [config.output.topic, ...dlqs], (record) => {
    if (record.topic === config.output.topic) {
      const outcome = codec.decode(record.value ?? Buffer.alloc(0));
      published.add(outcome.reason === null ? outcome.outcome : `${outcome.outcome} ${outcome.reason}`);
      outcomes.push(outcome);
    } else if (isOfItsOwn(record)) {
      buried.add(`buried ${String(record.headers['callmatch.code'])}`);
      deadLetters.push(record);
    }
  });
  const stats = crm.stats();
  const evidence: Evidence = {
    expected,
    counted: await countedEnds(processor.telemetry),
    read: await processor.telemetry.count('callRead'),
    published: published.ends,
    deadLetters: buried.ends,
    engagements: stats.engagements,
    repeated: stats.repeatedCallIds,
    throttled: stats.throttled,
    uncommitted: await uncommitted(session),
  };
  return { evidence, outcomes, deadLetters };
}

/** Of a call of several records each has a dead letter: the first one counts. */
function isOfItsOwn({ headers }: ReadRecord): boolean {
  const fold = headers['callmatch.fold'];
  return fold === undefined || String(fold) === String(headers['callmatch.source-offset']);
}

/** Records of the source topics behind the committed offsets of the group, as the broker has them. */
async function uncommitted({ kafka, config }: Session): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    let open = 0;
    const topics = config.sources.map(({ topic }) => topic);
    const groups = await admin.fetchOffsets({ groupId: config.kafka.groupId, topics });
    for (const { topic, partitions } of groups) {
      for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
        const committed = partitions.find((entry) => entry.partition === partition)?.offset ?? '0';
        open += Number(high) - Math.max(0, Number(committed));
      }
    }
    return open;
  } finally {
    await admin.disconnect();
  }
}
