/** A value that is `application/x-www-form-urlencoded`, as webhooks send it, to a record. Pure. */
import { type Decoded, undecodable } from '../decoded.ts';
import { decodePercent } from '../url-text.ts';
import { decodeLenient } from './text.ts';

/**
 * Every field by its name; one that stands several times is a list. A blank before digits was the plus of a number that
 * its sender did not encode.
 */
export function decodeForm(bytes: Uint8Array): Decoded {
  const text = decodeLenient(bytes).trim();
  if (!looksLikeForm(text)) return undecodable('the value is no form: it does not begin with name=');
  const fields = new Map<string, string | string[]>();
  for (const field of text.split('&')) {
    if (field === '') continue;
    const equals = field.indexOf('=');
    const name = decodePart(equals < 0 ? field : field.slice(0, equals));
    const value = equals < 0 ? '' : decodePart(field.slice(equals + 1)).replace(/^ (?=\d)/, '+');
    const known = fields.get(name);
    if (known === undefined) fields.set(name, value);
    else if (typeof known === 'string') fields.set(name, [known, value]);
    else known.push(value);
  }
  // Defines properties, so that a field `__proto__` is one like any other.
  return { kind: 'record', record: Object.fromEntries(fields), format: 'form' };
}

export function looksLikeForm(text: string): boolean {
  return /^[^=&\s"'{[<,;]+=/.test(text);
}

function decodePart(text: string): string {
  return decodePercent(text.replaceAll('+', ' '));
}
