/** Text of a variable or a flag, as the value that its field wants. */
import { parse } from 'yaml';
import type { Field } from './field.ts';

/**
 * Lists are separated by commas; sections and lists of sections are written as JSON. Text that does not fit stays
 * text, so that the schema tells what it expects there.
 */
export function coerce(field: Field, text: string): unknown {
  const { takes } = field;
  if (/^\s*[[{]/.test(text) && (takes.has('section') || takes.has('list'))) return parsed(text);
  if (takes.has('boolean') && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (takes.has('number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (takes.has('list') && !takes.has('string')) {
    const items = text.split(',').map((item) => item.trim());
    return items.filter((item) => item !== '').map((item) => (field.item ? coerce(field.item, item) : item));
  }
  return text;
}

/** Through YAML, of which JSON is a part: quotes around the names are not needed. */
function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}
