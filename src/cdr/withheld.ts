/** What stands for a caller that does not show a number. Pure. */

/** Words, letters only. Source: Asterisk, FreeSWITCH, Twilio, Amazon Connect, Aircall records. */
export const WITHHELD_WORDS: ReadonlySet<string> = new Set([
  'anonymous',
  'anonymouscaller',
  'blocked',
  'blockedcaller',
  'blockednumber',
  'calleridblocked',
  'calleridwithheld',
  'callerunknown',
  'callerwithheld',
  'hidden',
  'hiddennumber',
  'nocallerid',
  'nonumber',
  'notavailable',
  'numberunavailable',
  'numberwithheld',
  'outofarea',
  'private',
  'privatecaller',
  'privatenumber',
  'restricted',
  'restrictednumber',
  'unavailable',
  'unknown',
  'unknowncaller',
  'unknownnumber',
  'withheld',
  'withheldnumber',
]);

/** A letter as the digit of its key on a telephone. Source: ITU-T E.161. */
function keypad(word: string): string {
  return word.replace(/[a-z]/g, (letter) => '22233344455566677778889999'.charAt(letter.charCodeAt(0) - 97));
}

/**
 * Carriers spell some of the words on the keypad and put a plus in front (+266696687 is ANONYMOUS): these pass for
 * E.164 numbers. Without the plus they could be somebody's number. Source: Twilio. +7378742883 is how RESTRICTED is
 * often copied; no numbering plan has it.
 */
export const WITHHELD_NUMBERS: ReadonlySet<string> = new Set([
  ...['anonymous', 'blocked', 'restricted', 'unavailable', 'unknown'].map((word) => `+${keypad(word)}`),
  '+7378742883',
]);
