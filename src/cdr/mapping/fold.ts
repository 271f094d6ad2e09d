/** Several records to one call: by what they belong together, and how they look to the rules of `call`. Pure. */
import { textOf } from '../scalar.ts';
import { compileCondition, compileValue } from './compile-rule.ts';
import type { FoldRule } from './fold-rule.ts';
import type { PartRecord } from './mapping.ts';
import type { Scope } from './parameters.ts';
import type { Origin, Reader, Surroundings } from './reader.ts';

export interface CompiledFold {
  /** Milliseconds; undefined where the mapping says nothing. */
  readonly idle: number | undefined;
  /** Undefined for a record that is a call of its own. */
  part(record: unknown, origin: Origin): PartRecord | undefined;
  /** What the rules of `call` see: the records by their names, and `all`. */
  join(records: readonly unknown[], around: Surroundings): Readonly<Record<string, unknown>>;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** A longer key is known by its hash: it is held as long as its call is open, and a while longer. */
const LONGEST_KEY = 128;

/** @param sha256 of a text's UTF-8 bytes, in hexadecimal */
export function compileFold(rule: FoldRule, scope: Scope, sha256: (text: string) => string): CompiledFold {
  const by = compileValue(rule.by, scope, ['fold', 'by']);
  const ends = rule.end === undefined ? () => false : compileCondition(rule.end, scope, ['fold', 'end']);
  const parts = Object.entries(rule.parts).map(([name, part]): readonly [string, Reader] => {
    return [name, compileValue({ in: 'all', ...part }, scope, ['fold', 'parts', name])];
  });
  return {
    idle: rule.idle === undefined ? undefined : millisecondsOf(rule.idle),
    part(record, origin) {
      const key = textOf(by(record, origin))?.trim();
      if (key === undefined || key === '') return undefined;
      return {
        kind: 'part',
        key: key.length > LONGEST_KEY ? sha256(key) : key,
        ends: ends(record, origin),
        record,
      };
    },
    join(all, around) {
      const joined = { all };
      const origin = { ...around, whole: joined };
      const named = parts.map(([name, read]) => [name, read(joined, origin)] as const);
      return { ...Object.fromEntries(named), all };
    },
  };
}

function millisecondsOf(text: string): number {
  const unit = text.replace(/^\d+/, '');
  return Number.parseInt(text, 10) * (UNIT_MS[unit] ?? Number.NaN);
}
