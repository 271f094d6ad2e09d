/** A letter as its log gives it. */
import { LetterLog, type OpenLetter } from '../../src/dead-letters/letter-log.ts';
import { type AboutLetter, letterRecord } from './letter-record.ts';

export function openLetter(about: AboutLetter = {}, offset = 0): OpenLetter {
  const log = new LetterLog('g');
  log.read(letterRecord(offset, about));
  const [letter] = log.letters();
  if (letter === undefined) throw new Error('that is no letter');
  return letter;
}
