import { expect, it } from 'vitest';
import { readLetters } from '../../../src/dead-letters/reading.ts';
import { LETTERS, letterBytes } from '../../support/letter-record.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

it('reads every partition of every topic, and says how far it is', async () => {
  const reader = new MemoryReader({ [LETTERS.topic]: 2, 'other.dlq': 1 });
  reader.append(LETTERS, letterBytes({ source: 1 }));
  reader.append(LETTERS, letterBytes({ source: 2 }));
  reader.append({ ...LETTERS, partition: 1 }, letterBytes({ source: 3 }));
  const told: string[] = [];
  const progress = (done: number, all: number) => told.push(`${done} of ${all}`);
  const found = await readLetters([LETTERS.topic, 'other.dlq'], 'g', reader, progress, new AbortController().signal);
  expect(found).toMatchObject([
    { topic: LETTERS.topic, partition: 0, start: 0, end: 2 },
    { topic: LETTERS.topic, partition: 1, start: 0, end: 1 },
    { topic: 'other.dlq', partition: 0, start: 0, end: 0 },
  ]);
  expect(found.map(({ log }) => log.letters().map(({ source }) => source.offset))).toEqual([[1, 2], [3], []]);
  expect(told).toEqual(['1 of 3', '2 of 3', '3 of 3']);
});
