import { expect, it } from 'vitest';
import { readLetter } from '../../../src/dead-letters/letter.ts';
import { createLetterFilter, type LetterFilter, parsePlace } from '../../../src/dead-letters/selection.ts';
import { letterRecord } from '../../support/letter-record.ts';

const LETTERS = [
  letterRecord(0, { source: 0, time: 1_000 }),
  letterRecord(1, { source: 1, time: 2_000, code: 'poison' }),
  letterRecord(2, { source: 2, time: 3_000, portal: 'acme' }),
  letterRecord(3, { source: 3, time: 4_000, portal: undefined, id: undefined, code: 'undecodable', stage: 'decode' }),
].flatMap((record) => readLetter(record) ?? []);

it.each<[LetterFilter, number[]]>([
  [{}, [0, 1, 2, 3]],
  [{ codes: ['poison', 'undecodable'] }, [1, 3]],
  [{ portals: ['main'] }, [0, 1]],
  [{ externalIds: ['call-2'] }, [2]],
  [
    {
      places: [
        { partition: 0, offset: 3 },
        { partition: 1, offset: 0 },
      ],
    },
    [3],
  ],
  [{ from: 2_000, to: 4_000 }, [1, 2]],
  [{ codes: ['crm-rejected'], portals: ['acme'] }, [2]],
])('%j', (filter, chosen) => {
  expect(LETTERS.filter(createLetterFilter(filter)).map(({ offset }) => offset)).toEqual(chosen);
});

it('reads a place', () => {
  expect(parsePlace('3:42')).toEqual({ partition: 3, offset: 42 });
  for (const text of ['3', '3:', ':4', '3:-1', 'a:b']) expect(() => parsePlace(text)).toThrow(/PARTITION:OFFSET/);
});
