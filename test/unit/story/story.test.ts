import { expect, it } from 'vitest';
import type { ReadRecord } from '../../../src/kafka/range-reader.ts';
import { chapterOf, inOrder } from '../../../src/story/story.ts';
import { codec, deadLetter, outcome } from '../../support/outcome-world.ts';

const TOPICS = { outcomes: 'calls.enriched', dlqSuffix: '.dlq', parkedSuffix: '.parked' };

function record(topic: string, written: Partial<ReadRecord>, timestamp = 0): ReadRecord {
  return { topic, partition: 1, offset: 42, timestamp, key: null, value: null, headers: {}, ...written };
}

const about = (read: ReadRecord, id = 'call-1') => chapterOf(read, id, TOPICS, codec);

it('tells of outcomes, dead letters and parked records of the call', () => {
  expect(about(record('calls.enriched', outcome()))).toMatchObject({ kind: 'outcome', outcome: { portal: 'main' } });
  expect(about(record('calls.cdr.dlq', deadLetter()))).toMatchObject({
    kind: 'buried',
    headers: { code: 'crm-rejected', 'source-topic': 'calls.cdr' },
  });
  expect(about(record('calls.cdr.parked', deadLetter()))).toMatchObject({ kind: 'parked' });
});

it('tells of nothing else', () => {
  expect(about(record('calls.enriched', outcome({ id: 'call-11' })))).toBeUndefined();
  // The key says it already.
  const key = Buffer.from('main:call-2');
  expect(about(record('calls.enriched', { ...outcome(), key }))).toBeUndefined();
  expect(about(record('calls.cdr.dlq', deadLetter({ id: 'call-2' })))).toBeUndefined();
  expect(about(record('calls.cdr.dlq', deadLetter({ id: undefined })))).toBeUndefined();
  expect(about(record('calls.cdr.dlq', {}))).toBeUndefined();
});

it('tells of a dead letter without an id by its bytes', () => {
  const letter = deadLetter({ id: undefined });
  expect(about(record('calls.cdr.dlq', { ...letter, key: Buffer.from('call-1') }))).toMatchObject({ kind: 'buried' });
  expect(about(record('calls.cdr.dlq', { ...letter, value: Buffer.from('{"id":"call-1"}') }))).toBeDefined();
  expect(about(record('calls.cdr.dlq', { ...letter, value: Buffer.from('{"id":"call-2"}') }))).toBeUndefined();
});

it('is told in the order of time', () => {
  const at = (topic: string, time: number) =>
    about(record(topic, topic === 'calls.enriched' ? outcome() : deadLetter(), time));
  const chapters = [at('calls.enriched', 5), at('calls.cdr.dlq', 5), at('calls.cdr.parked', 3)].flatMap(
    (one) => one ?? [],
  );
  expect(inOrder(chapters).map(({ kind }) => kind)).toEqual(['parked', 'buried', 'outcome']);
});
