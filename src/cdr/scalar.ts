/** What a field of a record says: nothing, a text, or something that cannot be a field's value. Pure. */

/** A value that could not be read, and why; the sentence goes into an error message and holds no phone number. */
export interface Unreadable {
  readonly unreadable: string;
}

/** Whether a field says nothing: it is missing, null, or blank. */
export function isNothing(value: unknown): value is undefined | null | string {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** The trimmed text of a string, number or boolean; undefined for nothing, and for what is no scalar. */
export function textOf(value: unknown): string | undefined {
  // JSON can escape half of a surrogate pair. UTF-8 cannot write it: what is published would not be what was read.
  if (typeof value === 'string') return value.trim().toWellFormed() || undefined;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return undefined;
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** The number of a number, or of a text that is a plain decimal; undefined for everything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && DECIMAL.test(value.trim())) return Number(value);
  return undefined;
}
