/** The rule `table`: words of a source to other words. Pure. */
import { z } from 'zod';
import { textOf } from '../scalar.ts';
import { foldWord } from '../word.ts';
import type { Place } from './problems.ts';
import type { Reader } from './reader.ts';
import type { RuleCompiler } from './rule-compiler.ts';

export interface TableRule<Value> {
  table: Record<string, string>;
  of: Value;
  default?: string | undefined;
}

export const tableForms = (value: z.ZodType) => ({
  table: z.strictObject({
    table: z
      .record(z.string(), z.string())
      .describe('Word by word; case, blanks, `-`, `_` and `.` do not matter: `NO ANSWER` is `no-answer`.'),
    of: value,
    default: z.string().optional().describe('For a word that is not in the table; nothing by default.'),
  }),
});

export function compileTable<Value, When>(
  rule: TableRule<Value>,
  compiler: RuleCompiler<Value, When>,
  place: Place,
): Reader {
  const read = compiler.value(rule.of, [...place, 'of']);
  const entries = new Map<string, string>();
  for (const [word, result] of Object.entries(rule.table)) {
    const folded = foldWord(word);
    const known = entries.get(folded);
    if (known !== undefined && known !== result) {
      compiler.scope.problems.add([...place, 'table', word], 'stands twice: case, blanks, -, _ and . do not matter');
    }
    entries.set(folded, result);
  }
  return (record, origin) => {
    const word = textOf(read(record, origin));
    return (word === undefined ? undefined : entries.get(foldWord(word))) ?? rule.default;
  };
}
