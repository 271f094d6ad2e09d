/** How the CSV of a source is written: the rule, and the layout that it is for the decoder. Pure. */
import { z } from 'zod';
import type { CsvLayout } from '../format/csv.ts';
import type { Problems } from './problems.ts';

/** Blanks around a name, such as the carriage return of a header line copied from a file, would never match. */
const columnName = z.string().regex(/^(?!__proto__$)\S(.*\S)?$/, 'a column name without blanks around it');

export const csvRule = z
  .strictObject({
    columns: z
      .array(z.array(columnName).min(1))
      .min(1)
      .optional()
      .describe('Layouts of a line, told apart by their number of columns.'),
    header: z
      .literal(true)
      .optional()
      .describe(
        'Instead of `columns`: a value is a small file, its first line names the columns, each further one is a record.',
      ),
    more: z
      .literal(true)
      .optional()
      .describe(
        'Lines may have further columns, which are ignored: a new release of the source that adds some breaks nothing.',
      ),
    delimiter: z
      .string()
      .regex(/^[^"\r\n]$/, 'one character')
      .default(',')
      .describe('What stands between fields.'),
  })
  .refine(
    ({ columns, header }) => (columns === undefined) !== (header === undefined),
    'either columns, or header: true',
  )
  .refine(({ columns, more }) => more === undefined || columns !== undefined, '`more` goes with `columns`');
export type CsvRule = z.output<typeof csvRule>;

export function compileCsv(rule: CsvRule | undefined, problems: Problems): CsvLayout | undefined {
  if (rule === undefined) return undefined;
  const { delimiter } = rule;
  if (rule.columns === undefined) return { delimiter, columns: 'header' };
  const layouts = new Map<number, readonly string[]>();
  for (const [index, columns] of rule.columns.entries()) {
    const place = ['csv', 'columns', index];
    const twice = columns.find((column, at) => columns.indexOf(column) !== at);
    if (twice !== undefined) problems.add(place, `the column ${twice} stands twice`);
    if (layouts.has(columns.length)) problems.add(place, `there is another layout with ${columns.length} columns`);
    layouts.set(columns.length, columns);
  }
  return { delimiter, columns: layouts, ...(rule.more && { more: true }) };
}
