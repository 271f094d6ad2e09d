import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldWord } from '../../../src/cdr/word.ts';

describe('foldWord', () => {
  it('is the same for every spelling of a word', () => {
    for (const word of ['NO ANSWER', 'no-answer', 'No_Answer', ' no.answer ', 'noanswer']) {
      expect(foldWord(word)).toBe('noanswer');
    }
  });

  it('leaves a word as it is that has no letters and no digits', () => {
    expect(foldWord('-')).toBe('-');
    expect(foldWord('_')).not.toBe(foldWord('-'));
  });

  it('changes nothing that is folded already', () => {
    fc.assert(fc.property(fc.string(), (word) => foldWord(foldWord(word)) === foldWord(word)));
  });
});
