/** Rules for times and durations, as they stand in a mapping document. Pure. */
import { z } from 'zod';
import { DURATION_UNITS } from '../duration.ts';
import { TIME_UNITS } from '../time.ts';
import { OVERLAPS } from '../time-zone.ts';
import { textOrParameter, valueRule } from './rule.ts';

const writtenDuration = z.strictObject({
  duration: valueRule.describe('A number with `unit`; or a text that names its units: `00:01:02`, `1m2s`, `PT1M2S`.'),
  unit: z.enum(DURATION_UNITS).optional().describe('Unit of a bare number; how to read a text like `01:02`.'),
});
export type WrittenDurationRule = z.infer<typeof writtenDuration>;

const timeRule = z.strictObject({
  time: valueRule.describe('ISO 8601 in any of its spellings, RFC 2822, or a number with `unit`.'),
  zone: textOrParameter.optional().describe('IANA zone of times without an offset.'),
  overlap: z
    .enum(OVERLAPS)
    .optional()
    .describe('Which one, when clocks show an hour twice; `earlier` by default. `refuse` takes neither.'),
  unit: z.enum(TIME_UNITS).optional().describe('Unit of a count since 1970; `gregorian` is seconds since the year 0.'),
  wall: z
    .boolean()
    .optional()
    .describe(
      'Whether a count is of the clocks of `zone`: connectors write the times of databases so, which have none.',
    ),
  pattern: z
    .union([textOrParameter, z.array(z.string().min(1)).min(1)], 'a pattern, a list of some, or { parameter: name }')
    .optional()
    .describe('How the time is written, in letters of Unicode TR35: `dd/MM/yyyy HH:mm:ss`. The first that fits.'),
  before: writtenDuration
    .optional()
    .describe('What is taken off: a call that ended at `time` began by so much before.'),
});
export type TimeRule = z.infer<typeof timeRule>;

export const timeField = z.union([timeRule, z.array(timeRule).min(1)], 'an object with time, or a list of some');
export type TimeFieldRule = z.infer<typeof timeField>;

const elapsed = z.strictObject({
  from: timeField.describe('When it began.'),
  to: timeField.describe('When it ended; before `from` it counts as 0.'),
});

const summand = z.union([writtenDuration, elapsed], 'an object with duration, or with from and to');

const sum = z.strictObject({
  sum: z.array(summand).min(1).describe('All of these together; what says nothing counts as 0.'),
});

const durationRule = z.union(
  [
    writtenDuration,
    elapsed,
    sum,
    z.strictObject({
      shortest: z
        .array(z.union([writtenDuration, elapsed, sum], 'an object with duration, with from and to, or with sum'))
        .min(2)
        .describe('The shortest of these; what says nothing is left out.'),
    }),
  ],
  'an object with duration, with from and to, with sum, or with shortest',
);
export type DurationRule = z.infer<typeof durationRule>;

export const durationField = z.union(
  [durationRule, z.array(durationRule).min(1)],
  'an object with duration, with from and to, with sum, or with shortest; or a list of some',
);
export type DurationFieldRule = z.infer<typeof durationField>;
