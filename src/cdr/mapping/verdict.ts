/** What can be said of a record before its fields are read: it is no call record, or no call of ours. Pure. */
import type { CsvLayout } from '../format/csv.ts';
import { textOf } from '../scalar.ts';
import { compileCondition } from './compile-rule.ts';
import type { MappingDocument } from './document.ts';
import type { Mapped } from './mapping.ts';
import type { Scope } from './parameters.ts';
import { compilePath } from './path.ts';
import type { Origin } from './reader.ts';
import type { ConditionRule } from './rule.ts';

/** The end of a record that is not mapped; undefined when it is. */
export type Verdict = (record: unknown, origin: Origin) => Mapped | undefined;

export function compileVerdict(mapping: MappingDocument, csv: CsvLayout | undefined, scope: Scope): Verdict {
  const requirements = mapping.requires.map((rule, index) => ({
    holds: compileCondition(rule, scope, ['requires', index]),
    failure: {
      kind: 'failure',
      code: 'no-call-record',
      message: `${lackOf(rule)} (requires[${index}] of the mapping ${mapping.name})`,
    } satisfies Mapped,
  }));
  const skips = mapping.skip.map(({ reason, when }, index) => ({
    holds: compileCondition(when, scope, ['skip', index, 'when']),
    skip: { kind: 'skip', reason } satisfies Mapped,
  }));
  const isHeader = compileHeader(csv);

  return (record, origin) => {
    if (isHeader(record)) return HEADER_LINE;
    const failed = requirements.find(({ holds }) => !holds(record, origin));
    return failed?.failure ?? skips.find(({ holds }) => holds(record, origin))?.skip;
  };
}

/** What a record lacks that does not fulfil a requirement, for people. */
function lackOf(rule: ConditionRule): string {
  if ('exists' in rule && typeof rule.exists === 'string') return `the record has no field ${rule.exists}`;
  if ('filled' in rule && typeof rule.filled === 'string') return `the record has nothing in the field ${rule.filled}`;
  const [first] = 'any' in rule ? rule.any : [];
  // The first alternative is what a record usually is.
  if (first !== undefined) return lackOf(first);
  return `the record does not fulfil ${JSON.stringify(rule)}`;
}

const HEADER_LINE: Mapped = { kind: 'skip', reason: 'filtered' };

/** Files that are sent line by line often begin with the names of their columns. */
function compileHeader(csv: CsvLayout | undefined): (record: unknown) => boolean {
  if (csv === undefined || csv.columns === 'header') return () => false;
  const layouts = [...csv.columns.values()].map((columns) =>
    columns.map((column) => ({ name: column.toLowerCase(), read: compilePath([column]) })),
  );
  return (record) =>
    layouts.some((columns) => columns.every(({ name, read }) => textOf(read(record))?.toLowerCase() === name));
}
