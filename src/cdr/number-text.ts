/** What a source writes where a phone number should stand, before anything is known of numbering plans. Pure. */

/** A number, or at least digits, without the name, URI and host around it; `extension` when it was a parameter. */
interface Dialable {
  readonly kind: 'dialable';
  readonly text: string;
  readonly extension?: string;
}

export type NumberText =
  | Dialable
  /** Digits that are marked as an extension and have no number in front: `x123`, `ext. 9`, `#12`. */
  | { readonly kind: 'extension'; readonly extension: string }
  /** The field is blank. */
  | { readonly kind: 'empty' }
  /** The caller does not show a number, or the source has starred it. */
  | { readonly kind: 'hidden'; readonly hidden: 'withheld' | 'masked' }
  /** A name, a dialplan letter (`s`, `i`, `t`), a queue. */
  | { readonly kind: 'word'; readonly text: string };

/** Words for a withheld caller, letters only. Source: Asterisk, FreeSWITCH, Twilio, Amazon Connect, Aircall records. */
const WITHHELD_WORDS: ReadonlySet<string> = new Set([
  'anonymous',
  'blocked',
  'callerunknown',
  'hidden',
  'nocallerid',
  'nonumber',
  'notavailable',
  'numberwithheld',
  'outofarea',
  'private',
  'privatenumber',
  'restricted',
  'unavailable',
  'unknown',
  'unknowncaller',
  'unknownnumber',
  'withheld',
]);

/** A letter as the digit of its key on a telephone. Source: ITU-T E.161. */
function keypad(word: string): string {
  return word.replace(/[a-z]/g, (letter) => '22233344455566677778889999'.charAt(letter.charCodeAt(0) - 97));
}

/**
 * Carriers spell some of the words on the keypad and put a plus in front (+266696687 is ANONYMOUS): these pass for
 * E.164 numbers. Without the plus they could be somebody's number. Source: Twilio.
 */
const WITHHELD_NUMBERS: ReadonlySet<string> = new Set(
  ['anonymous', 'blocked', 'restricted', 'unavailable', 'unknown'].map((word) => `+${keypad(word)}`),
);

const SCHEME = /^(?:sips?|tel|callto|h323):/i;
/** Digits of which some are starred: `+4131555***`. One `x` alone begins an extension. */
const MASKED = /^\+?\d+[*xX•]{2,}[\d*xX•]*$/;
const EXTENSION = /^(?:x|ext(?:ension)?\.?|#|,+)\s*(\d+)$/i;
const PUNCTUATION = /[\s().\-/]/g;

/** Takes the number out of `"Name" <sip:+41…@host;user=phone>;tag=…` and all that is simpler. */
export function readNumberText(field: string): NumberText {
  const address = withoutName(field.trim()).replace(SCHEME, '');
  const [user = '', ...parameters] = (address.split('@', 1)[0] ?? '').split(';');
  const text = user.replace(/%2B/i, '+').trim();
  if (text === '') return { kind: 'empty' };

  const marked = EXTENSION.exec(text)?.[1];
  if (marked !== undefined) return { kind: 'extension', extension: marked };
  if (!/^[+(]*\p{Nd}/u.test(text)) return readWord(text);

  const digits = text.replace(PUNCTUATION, '');
  if (/^\+?0+$/.test(digits) || WITHHELD_NUMBERS.has(digits)) return { kind: 'hidden', hidden: 'withheld' };
  if (MASKED.test(digits)) return { kind: 'hidden', hidden: 'masked' };
  const extension = parameters.find((parameter) => /^\s*ext=\d+\s*$/i.test(parameter))?.replace(/\D/g, '');
  return { kind: 'dialable', text, ...(extension !== undefined && { extension }) };
}

/** A display name can hold anything, so the number is what stands in the last angle brackets, if there are some. */
function withoutName(field: string): string {
  const open = field.lastIndexOf('<');
  if (open < 0) return field.replace(/^["']+|["']+$/g, '');
  const close = field.indexOf('>', open);
  return field.slice(open + 1, close < 0 ? undefined : close);
}

function readWord(text: string): NumberText {
  const letters = text.toLowerCase().replace(/[^\p{L}]/gu, '');
  // A bare dash is how some exports write nothing.
  const isHidden = WITHHELD_WORDS.has(letters) || /^[\s\-–—]*$/.test(text);
  return isHidden ? { kind: 'hidden', hidden: 'withheld' } : { kind: 'word', text };
}
