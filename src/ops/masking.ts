/**
 * The last net before a text leaves the process: takes tokens and phone numbers out of it. Pure. A line of JSON stays
 * valid JSON.
 *
 * What is masked is told by its surroundings, so that ids, offsets and timestamps stay readable:
 * - phone numbers: seven or more digits after `+` (also `%2B`) or after a leading `00`, grouped or not; the digits of
 *   the user part of `tel:` and `sip:` addresses;
 * - secrets: the values handed in, `Bearer …` and `Basic …`, HubSpot tokens, JSON Web Tokens, the user part of URLs,
 *   and the values of fields and parameters whose name says so.
 *
 * A national number without a prefix looks like any other id and cannot be told apart here: who writes a message must
 * not put one into it.
 */

import { createKnownSecrets } from './known-secrets.ts';

export const MASK = '********';

/** @param secrets values to take out wherever they stand; such with fewer than 6 characters are left alone. */
export function maskText(text: string, secrets: readonly string[] = []): string {
  return maskPhoneNumbers(maskSecrets(text, secrets));
}

/** Fewest digits of something that is taken for a phone number. */
const LEAST_DIGITS = 7;
/** E.164 allows 15 digits; anything longer is two things beside each other. */
const MOST_DIGITS = 15;

/** Keeps the first two and the last two digits: `41*******67`. Of fewer than 7 digits nothing is kept. */
export function maskDigits(text: string): string {
  const digits = [...text];
  const { length } = digits;
  return digits
    .map((digit, index) => (length >= LEAST_DIGITS && (index < 2 || index > length - 3) ? digit : '*'))
    .join('');
}

const SECRET_NAME = '[\\w-]*(?:token|secret|password|passphrase|api_?key|hapikey)';

/** None of them takes a quote or a backslash away, which would break a line of JSON. */
const SECRETS: readonly [RegExp, string][] = [
  // The look-ahead keeps plain English such as "basic authentication".
  [/\b([Bb]earer|[Bb]asic)(\s+|%20)(?=[\w.~+/=-]*[\dA-Z=])[\w.~+/=-]{6,}/g, `$1$2${MASK}`],
  [/\b(authorization\s*:\s*)(?!bearer|basic)[^\s"\\]+/gi, `$1${MASK}`],
  [/\bpat-[a-z]+\d+-[\w-]{8,}/gi, MASK],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, MASK],
  [/(:\/\/)[^\s/?#@"'\\]+(?=@)/g, `$1${MASK}`],
  // "token":"…", and its escaped form in a JSON string within JSON.
  [new RegExp(`("${SECRET_NAME}\\\\?"\\s*:\\s*\\\\?")[^"\\\\]+`, 'gi'), `$1${MASK}`],
  // token=… of forms and queries.
  [new RegExp(`((?<![\\w-])${SECRET_NAME}=)[^\\s&"'\\\\,;]+`, 'gi'), `$1${MASK}`],
];

function maskSecrets(text: string, secrets: readonly string[]): string {
  const known = createKnownSecrets(MASK);
  known.add(secrets);
  let masked = known.mask(text);
  for (const [pattern, replacement] of SECRETS) masked = masked.replaceAll(pattern, replacement);
  return masked;
}

// Digits of any script (\p{Nd}): switches in the Gulf write Arabic-Indic ones.

/** Groups of digits with at most two signs between them, as people write numbers. */
const AFTER_PLUS = /(?<!\p{Nd})((?:\+|%2B)[ (\u00a0]{0,2})(\p{Nd}+(?:[ ()./\u00a0-]{1,2}\p{Nd}+)*)/giu;
/** After a digit, `+` is a sum or the zone of a timestamp, unless a whole number follows. */
const AFTER_DIGIT_AND_PLUS = /(?<=\p{Nd}\+)(\p{Nd}{7,})/gu;
/** Not in the middle of digits, and not the fraction of a decimal: 12:00:00.001234567 is a time. */
const AFTER_ZEROS = /(?<!\p{Nd})(?<!\p{Nd}\.)(00|٠٠|۰۰)(\p{Nd}{7,})/gu;
/** Grouped by spaces; not after a colon, where the zeros are minutes. */
const AFTER_ZEROS_GROUPED = /(?<![\p{Nd}.:])(00 ?)(\p{Nd}+(?: \p{Nd}+)+)/gu;
const TEL = /\b(tel:)([^\s@;<>"',]+)/gi;
/** Without `@` it is a host. */
const SIP = /\b(sips?:)([^\s@<>"',]+)(?=@)/gi;
const IN_ADDRESS = /\p{Nd}[\p{Nd}().-]{3,}\p{Nd}/gu;

function maskPhoneNumbers(text: string): string {
  const maskUser = (_: string, scheme: string, user: string) => scheme + user.replaceAll(IN_ADDRESS, maskGrouped);
  const maskAfter = (_: string, prefix: string, groups: string) => prefix + maskGroups(groups);
  return text
    .replaceAll(TEL, maskUser)
    .replaceAll(SIP, maskUser)
    .replaceAll(AFTER_PLUS, maskAfter)
    .replaceAll(AFTER_DIGIT_AND_PLUS, maskDigits)
    .replaceAll(AFTER_ZEROS, maskAfter)
    .replaceAll(AFTER_ZEROS_GROUPED, maskAfter);
}

const maskGrouped = (text: string) => maskDigits(text.replaceAll(/\P{Nd}/gu, ''));

/**
 * Masks the groups that belong to the number. It ends with the first one when that is long enough alone, and before
 * one that would make it longer than a number can be: what follows may be a timestamp.
 */
function maskGroups(text: string): string {
  let digits = '';
  let end = 0;
  for (const { 0: group, index } of text.matchAll(/\p{Nd}+/gu)) {
    if (index > 0 && digits.length + group.length > MOST_DIGITS) break;
    digits += group;
    end = index + group.length;
    if (index === 0 && group.length >= LEAST_DIGITS) break;
  }
  return digits.length < LEAST_DIGITS ? text : maskDigits(digits) + text.slice(end);
}
