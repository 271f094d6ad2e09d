import { expect, it } from 'vitest';
import { LetterLog } from '../../../src/dead-letters/letter-log.ts';
import { inChunks, recordsOf } from '../../../src/redrive/chosen-records.ts';
import { LETTERS, letterBytes } from '../../support/letter-record.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

async function letters(count: number) {
  const reader = new MemoryReader({ [LETTERS.topic]: 1 });
  for (let source = 0; source < count; source += 1) reader.append(LETTERS, letterBytes({ source }));
  const log = new LetterLog('g');
  await reader.read(LETTERS, { from: 0 }, (record) => log.read(record));
  return { reader, letters: log.letters() };
}

it('are read from the first to the last, without those between', async () => {
  const { reader, letters: all } = await letters(9);
  const chosen = all.filter(({ offset }) => [2, 5].includes(offset));
  const found = await recordsOf({ ...LETTERS, ...{ letters: [] } }, chosen, reader, new AbortController().signal);
  expect([...found.keys()]).toEqual([2, 5]);
  expect(reader.reads.at(-1)).toBe('calls.cdr.dlq/0 from 2');
});

it('are absent where they were deleted', async () => {
  const { reader, letters: all } = await letters(3);
  reader.deleteBelow(LETTERS, 1);
  const found = await recordsOf(LETTERS, all, reader, new AbortController().signal);
  expect([...found.keys()]).toEqual([1, 2]);
});

it('come in pieces', async () => {
  const { letters: all } = await letters(600);
  expect([...inChunks(all)].map(({ length }) => length)).toEqual([256, 256, 88]);
});
