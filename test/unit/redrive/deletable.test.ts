import { expect, it } from 'vitest';
import type { Letter } from '../../../src/dead-letters/letter.ts';
import { encodeLedger } from '../../../src/parking/ledger.ts';
import { deletableTo } from '../../../src/redrive/deletable.ts';
import { LETTERS, letterBytes } from '../../support/letter-record.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

it.each([
  [0, 0],
  [2, 3],
  [9, 4],
])('ends before the first letter that is needed: %j', async (needed, to) => {
  const reader = new MemoryReader({ [LETTERS.topic]: 1 });
  reader.append(LETTERS, letterBytes({ source: 0 }));
  reader.append(LETTERS, letterBytes({ source: 1 }));
  reader.append(LETTERS, encodeLedger({ group: 'g', source: LETTERS, issued: [], released: [0] }));
  reader.append(LETTERS, letterBytes({ source: 2 }));
  const isNeeded = (letter: Letter) => letter.source.offset >= needed;
  const place = { ...LETTERS, start: 0, end: 4 };
  expect(await deletableTo(place, isNeeded, reader, new AbortController().signal)).toBe(to);
});
