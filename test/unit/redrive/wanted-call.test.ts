import { expect, it } from 'vitest';
import { readLetter } from '../../../src/dead-letters/letter.ts';
import { wantedCalls } from '../../../src/redrive/wanted-call.ts';
import { type AboutLetter, letterRecord } from '../../support/letter-record.ts';

it.each<[string, AboutLetter, (string | undefined)[], number[]]>([
  ['the call at its place', { id: 'b', callIndex: 1 }, ['a', 'b'], [1]],
  ['the call that has moved', { id: 'b', callIndex: 1 }, [undefined, 'a', 'b'], [2]],
  ['the one that fails again', { id: 'b', callIndex: 1 }, ['a', 'b'], [1]],
  ['none of others', { id: 'b', callIndex: 1 }, ['a', 'c'], []],
  ['the only call, whatever it is called now', { id: 'b' }, ['c'], [0]],
  ['none where the only call was another one', { id: 'b', callIndex: 1 }, ['a'], []],
  ['what stands at the place of one without an id', { id: undefined, callIndex: 1 }, ['a', 'b'], [1]],
  ['nothing where that is gone', { id: undefined, callIndex: 1 }, ['a'], []],
  [
    'all of a record that could not be read',
    { stage: 'decode', code: 'undecodable', id: undefined },
    ['a', undefined],
    [0, 1],
  ],
])('%s', (_what, about, ends, wanted) => {
  const letter = readLetter(letterRecord(0, about));
  if (letter === undefined) throw new Error('no letter');
  expect(wantedCalls(letter, ends)).toEqual(wanted);
});
