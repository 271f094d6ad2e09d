/** The section of a mapping document that joins several records to one call. Pure. */
import { z } from 'zod';
import { conditionRule, textOrParameter, valueRule } from './rule.ts';

const partName = z
  .string()
  .regex(/^(?!all$)[a-z][A-Za-z0-9]*$/, 'letters and digits, the first a small letter; `all` is there already');

const partRule = z.strictObject({
  where: conditionRule.optional().describe('Which records can be it; all by default.'),
  pick: z.enum(['first', 'last']).describe('Which of several: in the order of the source, unless `by` says otherwise.'),
  by: valueRule.optional().describe('`first` is where this is lowest, `last` where it is highest.'),
});

export const foldRule = z.strictObject({
  by: valueRule.describe('What all records of one call have in common. A record without it is a call of its own.'),
  end: conditionRule
    .optional()
    .describe(
      'The call is over with the record for which this holds. `outer` is what `call` sees: the parts by name, and `all`, with this record among them.',
    ),
  idle: textOrParameter
    .optional()
    .describe(
      'A duration such as 30s, 10m or 2h. The call is over when no record of it came for this long; `fold.idle` of the configuration by default.',
    ),
  parts: z
    .record(partName, partRule)
    .default({})
    .describe(
      'Names for records of the call, for the rules of `call`; besides there is `all`, the list of all. Of records that are the same only one counts.',
    ),
});
export type FoldRule = z.output<typeof foldRule>;
