/** From what was decoded to the records in it: `urlEncoded`, `unwrap` and `each`. Pure. */
import { isNothing } from '../scalar.ts';
import { decodePercent } from '../url-text.ts';
import { compileAll, compileValue } from './compile-rule.ts';
import { failureOf } from './conclusion.ts';
import { parseJson } from './decode-rule.ts';
import type { MappingDocument } from './document.ts';
import type { Mapped } from './mapping.ts';
import type { Scope } from './parameters.ts';
import type { Origin, Reader, Surroundings } from './reader.ts';

/** The records that rules read, with what is around them; or the end of what holds none. Never throws. */
export type Items = { readonly records: readonly unknown[]; readonly origin: Origin } | { readonly end: Mapped };

/** Each gives a call or more. */
const MOST_ITEMS = 10_000;

const NO_ITEM: Mapped = { kind: 'skip', reason: 'filtered' };

export function compileItems(
  { name, urlEncoded, unwrap, each }: MappingDocument,
  scope: Scope,
): (record: unknown, around: Surroundings) => Items {
  const wrappers = compileAll(unwrap === undefined ? [] : [unwrap].flat(), scope, ['unwrap']);
  const list = each === undefined ? undefined : compileValue(each, scope, ['each']);
  const failure = (what: string): Items => ({
    end: { kind: 'failure', code: 'no-call-record', message: `${what} (each of the mapping ${name})` },
  });

  const find = (raw: unknown, { recordTime, topic, key, headers }: Surroundings): Items => {
    const around = { recordTime, topic, key, headers };
    const inner = unwrapped(wrappers, raw, { whole: raw, ...around });
    // A JSON text inside is taken out before its texts are decoded: a quote among them would end it early.
    const record = urlEncoded ? decodeTexts(inner) : inner;
    const origin = { whole: raw, ...around, ...(urlEncoded && { decode: decodeTexts }) };
    if (list === undefined) return { records: [record], origin };
    const found = list(record, origin);
    // Sources that send pages send single records, too; `requires` tells what is neither.
    if (isNothing(found)) return { records: [record], origin };
    const items = typeof found === 'string' ? parseJson(found) : found;
    if (!Array.isArray(items)) return failure('what should be a list is none');
    if (items.length > MOST_ITEMS) return failure(`the list has more than ${MOST_ITEMS} items`);
    return items.length === 0 ? { end: NO_ITEM } : { records: items, origin };
  };
  return (record, around) => {
    try {
      return find(record, around);
    } catch (error) {
      return { end: failureOf(error) };
    }
  };
}

/** The first that is an object, or the JSON text of one. */
function unwrapped(wrappers: readonly Reader[], raw: unknown, origin: Origin): unknown {
  for (const read of wrappers) {
    const value = read(raw, origin);
    const inner = typeof value === 'string' ? parseJson(value) : value;
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) return inner;
  }
  return raw;
}

/** Deeper than any call record; a value nested much deeper would overflow the stack. */
const DEEPEST = 100;

/** The same value with every text in it decoded once; names stay as they are. */
function decodeTexts(value: unknown): unknown {
  return decodeInside(value, 0);
}

function decodeInside(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return decodePercent(value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || depth === DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => decodeInside(item, depth + 1));
  // Defines properties, so that a field `__proto__` is one like any other.
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decodeInside(inner, depth + 1)]));
}
