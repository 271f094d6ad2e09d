/** Several records to one call: by what they belong together, and how they look to the rules of `call`. Pure. */
import { CallmatchError } from '../../errors.ts';
import { canonicalJson } from '../canonical-json.ts';
import { textOf } from '../scalar.ts';
import { compileCondition, compileValue } from './compile-rule.ts';
import type { FoldRule } from './fold-rule.ts';
import type { PartRecord } from './mapping.ts';
import type { Scope } from './parameters.ts';
import type { Origin, Reader, Surroundings } from './reader.ts';
import { settingOf } from './setting.ts';

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
  const holds = rule.end === undefined ? undefined : compileCondition(rule.end, scope, ['fold', 'end']);
  const parts = Object.entries(rule.parts).map(([name, part]): readonly [string, Reader] => {
    return [name, compileValue({ in: 'all', ...part }, scope, ['fold', 'parts', name])];
  });
  const join: CompiledFold['join'] = (records, around) => {
    const all = withoutRepeats(records);
    const joined = { all };
    const origin = { ...around, whole: joined };
    const named = parts.map(([name, read]) => [name, read(joined, origin)] as const);
    return { ...Object.fromEntries(named), all };
  };
  return {
    idle: compileIdle(rule.idle, scope),
    part(record, origin) {
      const { recordTime, topic, key: recordKey, headers } = origin;
      const around = { recordTime, topic, key: recordKey, headers };
      const key = textOf(by(record, origin))?.trim();
      if (key === undefined || key === '') return undefined;
      return {
        kind: 'part',
        key: key.length > LONGEST_KEY ? sha256(key) : key,
        ends(records) {
          if (holds === undefined) return false;
          const origin = withFold(around, () => join(records, around));
          return unlessItFails(() => holds(record, origin));
        },
        record,
      };
    },
    join,
  };
}

/**
 * Whether a condition holds; false where an expression in it fails. The call is then over when nothing more comes: to bury
 * this one record would leave a call without it.
 */
function unlessItFails(holds: () => boolean): boolean {
  try {
    return holds();
  } catch (error) {
    if (!(error instanceof CallmatchError)) throw error;
    return false;
  }
}

/** The fold as what is around a record; made only for a rule that asks for it. */
function withFold(around: Surroundings, make: () => unknown): Origin {
  let fold: unknown;
  return {
    ...around,
    get whole() {
      fold ??= make();
      return fold;
    },
  };
}

/** Sources deliver at least once, and what comes twice must not be added up twice. */
function withoutRepeats(records: readonly unknown[]): readonly unknown[] {
  if (records.length === 1) return records;
  const seen = new Set<string>();
  return records.filter((record) => {
    const text = canonicalOf(record);
    // Nested too deep to be compared.
    if (text === undefined) return true;
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
}

/** A fold may be looked at with each of its records; this is most of the work. */
const canonical = new WeakMap<object, string | undefined>();

function canonicalOf(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null) return canonicalJson(record);
  if (!canonical.has(record)) canonical.set(record, canonicalJson(record));
  return canonical.get(record);
}

function compileIdle(rule: FoldRule['idle'], scope: Scope): number | undefined {
  const place = ['fold', 'idle'];
  const text = settingOf(rule, scope, place);
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  if (count === undefined) scope.problems.add(place, `${text} is no duration such as 30s, 10m or 2h`);
  return Number(count) * (UNIT_MS[unit] ?? Number.NaN);
}
