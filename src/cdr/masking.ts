/** What of a phone number, or of a text that may hold one, can be shown in a log line or an error message. Pure. */

const LONGEST = 40;
/** In any script: switches in the Gulf write Arabic-Indic digits. */
const DIGIT = /\p{Nd}/gu;

/**
 * The text with its digits starred but for the first three and the last two: enough to recognise a number, not enough
 * to call it. Shorter numbers show less; up to four digits (an extension, 112) are no one's number and stay.
 */
export function maskNumber(text: string): string {
  const cut = shorten(text);
  const digits = cut.match(DIGIT)?.length ?? 0;
  if (digits <= 4) return cut;
  const head = digits >= 9 ? 3 : digits >= 7 ? 2 : 1;
  const tail = digits >= 7 ? 2 : 1;
  let seen = 0;
  return cut.replace(DIGIT, (digit) => {
    seen += 1;
    return seen <= head || seen > digits - tail ? digit : '*';
  });
}

/** What can be shown of the name of a person: of an e-mail address its first letter and the domain. Extensions stay. */
export function maskName(text: string): string {
  const at = text.lastIndexOf('@');
  if (at >= 0) return `${text.slice(0, Math.min(1, at))}***@${shorten(text.slice(at + 1))}`;
  return /^\P{L}*$/u.test(text) ? maskNumber(text) : `${text.slice(0, 1)}***`;
}

/**
 * A quoted piece of a field for an error message. With more than four digits every digit shows as 9: the shape tells
 * what is wrong with a time or a word, and a field that holds a phone number by a mistake in the mapping stays secret.
 */
export function excerpt(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = shorten(String(value));
  const digits = text.match(DIGIT)?.length ?? 0;
  return JSON.stringify(digits <= 4 ? text : text.replace(DIGIT, '9'));
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
