import { expect, it } from 'vitest';
import { readLetter } from '../../../src/dead-letters/letter.ts';
import type { EnrichedCall } from '../../../src/outcome/enriched-call.ts';
import { EarlierEnds } from '../../../src/redrive/earlier-ends.ts';
import { letterRecord } from '../../support/letter-record.ts';
import { outcome } from '../../support/outcome-world.ts';
import { codec } from '../../support/pipeline-world.ts';

it('knows the calls that a redrive has published, and no others', () => {
  const ends = new EarlierEnds('g');
  const add = (about: Parameters<typeof outcome>[0]) => {
    const read: EnrichedCall | undefined = codec.read(outcome(about).value ?? null);
    if (read !== undefined) ends.add(read);
  };
  add({ group: 'g.redrive', offset: 9, id: 'a', callIndex: 1, source: { topic: 'calls.cdr', partition: 0 } });
  add({ group: 'g', offset: 8, id: 'b', source: { topic: 'calls.cdr', partition: 0 } });
  const letter = (source: number) => {
    const read = readLetter(letterRecord(0, { source }));
    if (read === undefined) throw new Error('no letter');
    return read;
  };
  expect(ends.has(letter(9), '1 a')).toBe(true);
  expect(ends.has(letter(9), '0 a')).toBe(false);
  expect(ends.has(letter(8), '0 b')).toBe(false);
});
