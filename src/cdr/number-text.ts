/** What a source writes where a phone number should stand, before anything is known of numbering plans. Pure. */
import { WITHHELD_NUMBERS, WITHHELD_WORDS } from './withheld.ts';

/** A number, or at least digits, without the name, URI and host around it; `extension` when it was a parameter. */
interface Dialable {
  readonly kind: 'dialable';
  /** In ASCII; begins with a plus, a bracket or a digit. */
  readonly text: string;
  /** The digits of `text`, with its plus and the letters of an extension, without punctuation. */
  readonly digits: string;
  readonly extension?: string;
}

export type NumberText =
  | Dialable
  /** Few digits, or some that are marked as an extension and have no number in front: `x123`, `ext. 9`, `#12`. */
  | { readonly kind: 'extension'; readonly extension: string }
  /** The field is blank. */
  | { readonly kind: 'empty' }
  /** The caller does not show a number, or the source has starred it. */
  | { readonly kind: 'hidden'; readonly hidden: 'withheld' | 'masked' }
  /** The emergency service of a SIP network, or 112 and 911 with a plus that does not belong there. */
  | { readonly kind: 'emergency' }
  /** A name, a dialplan letter (`s`, `i`, `t`), a queue. */
  | { readonly kind: 'word'; readonly text: string };

const SCHEME = /^(?:sips?|tel|callto|h323):(?:\/\/)?/i;
/** RFC 5031: `urn:service:sos.police`. */
const EMERGENCY = /^(?:urn:service:sos(?:\..*)?|\+(?:112|911))$/i;
/** Digits of which some are starred: `+4131555***`. One `x` alone begins an extension. */
const MASKED = /^\+?\d+[*xX•]{2,}[\d*xX•]*$/;
const EXTENSION = /^(?:x|ext(?:ensio)?n?\.?|#|,+)\s*(\d+)$/i;
const PUNCTUATION = /[\s().\-/[\]]/g;
/** How databases and programs write that there is no value. */
const NO_VALUE = /^(?:null|nil|none|n\/a|undefined|\\N)$/i;
/** Up to this many digits are an extension: in many plans they would pass for a possible number (30123 in Germany). */
const LONGEST_EXTENSION = 6;

/**
 * Takes the number out of `"Name" <sip:+41…@host;user=phone>;tag=…` and all that is simpler.
 * @param isPlusMissing whether digits that do not begin with 0 are E.164 without its plus
 */
export function readNumberText(field: string, isPlusMissing = false): NumberText {
  const address = withoutName(inAscii(field).trim());
  const [user = '', ...parameters] = (address.replace(SCHEME, '').split('@', 1)[0] ?? '').split(';');
  const text = user.trim();
  if (text === '' || NO_VALUE.test(text)) return { kind: 'empty' };
  if (EMERGENCY.test(text)) return { kind: 'emergency' };

  const marked = EXTENSION.exec(text)?.[1];
  if (marked !== undefined) return { kind: 'extension', extension: marked };
  if (!/^[+([]*\s?\d/.test(text)) return readWord(text);

  const digits = text.replace(PUNCTUATION, '');
  const international = isPlusMissing && /^[1-9]/.test(digits) ? `+${digits}` : digits;
  if (/^\+?0+$/.test(digits) || WITHHELD_NUMBERS.has(international)) return { kind: 'hidden', hidden: 'withheld' };
  if (MASKED.test(digits)) return { kind: 'hidden', hidden: 'masked' };
  if (/^\d+$/.test(digits) && digits.length <= LONGEST_EXTENSION) return { kind: 'extension', extension: digits };

  const extension = parameterOf(parameters, 'ext');
  const prefix = digits.startsWith('+') ? '' : contextOf(parameters) || international.slice(0, -digits.length);
  return {
    kind: 'dialable',
    text: `${prefix}${text}`,
    digits: `${prefix}${digits}`,
    ...(extension !== undefined && { extension }),
  };
}

/**
 * Full-width and Arabic digits, other dashes, and the percent signs of a URI as what they stand for; what only tells a
 * screen how to show the text is dropped. Digits of further scripts are left: phone numbers are not written in them.
 */
function inAscii(field: string): string {
  const plain = field.includes('%') ? field.replace(/%([2-7][\da-f])/gi, (_, hex) => characterOf(hex)) : field;
  // Most fields are plain ASCII.
  if (!/[^\x20-\x7e]/.test(plain)) return plain;
  return plain
    .normalize('NFKC')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) % 16))
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\p{Cf}/gu, '');
}

function characterOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/** A display name can hold anything, so the number is what stands in the last angle brackets, if there are some. */
function withoutName(field: string): string {
  const open = field.lastIndexOf('<');
  if (open < 0) return field.replace(/^["']+|["']+$/g, '').trim();
  const close = field.indexOf('>', open);
  return field.slice(open + 1, close < 0 ? undefined : close).trim();
}

function parameterOf(parameters: readonly string[], name: string): string | undefined {
  const digits = parameters.find((parameter) => parameter.trim().toLowerCase().startsWith(`${name}=`))?.split('=')[1];
  return digits !== undefined && /^\d+$/.test(digits.trim()) ? digits.trim() : undefined;
}

/** What stands in front of a local number by RFC 3966; a domain there says nothing. */
function contextOf(parameters: readonly string[]): string {
  const context = parameters.find((parameter) => /^\s*phone-context=\+/i.test(parameter))?.split('=')[1] ?? '';
  const digits = context.replace(PUNCTUATION, '');
  return /^\+[1-9]\d{0,14}$/.test(digits) ? digits : '';
}

function readWord(text: string): NumberText {
  const letters = text.toLowerCase().replace(/[^\p{L}]/gu, '');
  // A bare dash is how some exports write nothing.
  const isHidden = WITHHELD_WORDS.has(letters) || /^[\s-]*$/.test(text);
  return isHidden ? { kind: 'hidden', hidden: 'withheld' } : { kind: 'word', text };
}
