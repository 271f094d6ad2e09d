/** Reads what an output record says: which call of which source record ended. */
import type { ReadRecord } from '../../src/kafka/range-reader.ts';
import type { OutcomeCodec } from '../../src/outcome/enriched-call.ts';
import type { End } from './ledger.ts';

/** An outcome names every source record that it is about. Throws when it is not one. */
export function endsOfOutcome(record: ReadRecord, codec: OutcomeCodec): End[] {
  const bytes = Buffer.from(record.value ?? []);
  const outcome = codec.decode(bytes);
  return outcome.sources.map(({ partition, offset }) => ({
    kind: 'outcome',
    of: { partition, offset },
    callIndex: outcome.callIndex,
    externalCallId: outcome.externalCallId,
    engagementRequested: outcome.engagementRequested,
    bytes,
    fields: outcome,
    place: placeOf(record),
  }));
}

/** The headers of a dead letter tell where it came from. */
export function endOfDeadLetter(record: ReadRecord): End {
  const headers = Object.fromEntries(
    Object.entries(record.headers).map(([name, value]) => [name.replace(/^callmatch\./, ''), String(value)]),
  );
  const source = { partition: Number(headers['source-partition']), offset: Number(headers['source-offset']) };
  if (!Number.isInteger(source.partition) || !Number.isInteger(source.offset)) {
    throw new RangeError(`the dead letter ${placeOf(record)} does not say where it came from`);
  }
  return {
    kind: 'dead-letter',
    of: source,
    callIndex: Number(headers['call-index'] ?? 0),
    externalCallId: headers['external-id'],
    engagementRequested: false,
    bytes: Buffer.concat([Buffer.from(JSON.stringify(headers)), record.value ?? Buffer.alloc(0)]),
    fields: headers,
    place: placeOf(record),
  };
}

function placeOf({ topic, partition, offset }: ReadRecord): string {
  return `${topic}/${partition}@${offset}`;
}
