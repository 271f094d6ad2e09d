/** The rule for the status of a call: a value rule, or steps of which the first that tells decides. Pure. */
import { z } from 'zod';
import { FINAL_CALL_STATUSES } from '../call.ts';
import { ENDINGS } from '../ending.ts';
import { conditionRule, valueRule } from './rule.ts';

const status = z.enum(FINAL_CALL_STATUSES);

const ending = z
  .enum([...FINAL_CALL_STATUSES, ...ENDINGS])
  .describe(
    "One of HubSpot's words; or `gaveUp`, `timedOut`, `declined`, for which `statusWords` has the word; or `otherLeg`, which skips the record as `child-leg`.",
  );

const rang = conditionRule
  .optional()
  .describe('Whether anybody was rung before the caller gave up; by default somebody was.');

const step = z.union(
  [
    z.strictObject({
      voicemail: conditionRule.describe('A mailbox took the call.'),
      as: ending.default('MISSED'),
    }),
    z.strictObject({ answered: conditionRule.describe('A person took the call: it is `COMPLETED`.') }),
    z.strictObject({
      word: valueRule.describe("The source's own word."),
      table: z
        .record(z.string(), ending)
        .describe('What its words mean; case, blanks, `-`, `_` and `.` do not matter. Other words do not decide.'),
      rang,
    }),
    z.strictObject({
      sip: valueRule.describe('The final SIP response, such as 486, `sip:486` or `SIP/2.0 486 Busy Here`.'),
      rang,
    }),
    z.strictObject({
      q850: valueRule.describe(
        "The release cause: a number of Q.850, or a name of Q.850, Asterisk or FreeSWITCH. FreeSWITCH's own numbers do not decide.",
      ),
      rang,
    }),
    z.strictObject({ when: conditionRule, is: ending }),
    valueRule.describe("One of HubSpot's words; a record with another is refused."),
  ],
  'an object with one of: voicemail, answered, word and table, sip, q850, when and is; or a value rule',
);
export type StatusStep = z.output<typeof step>;

export const statusRule = z.union(
  [
    valueRule,
    z.array(step).min(1).describe('The first that tells how the call ended decides; `UNKNOWN` when none does.'),
  ],
  'a value rule, or a list of steps',
);
export type StatusRule = z.output<typeof statusRule>;

/** HubSpot's words for the endings without an answer. */
export const statusWords = z.strictObject({
  gaveUp: status.default('MISSED').describe('The caller hung up while somebody was rung.'),
  timedOut: status.default('NO_ANSWER').describe('The switch stopped ringing.'),
  neverRang: status.default('CANCELED').describe('The caller hung up before anybody was rung.'),
  declined: status.default('MISSED').describe('Whoever was rung refused the call.'),
});
export type StatusWords = z.output<typeof statusWords>;
export const STATUS_WORDS: StatusWords = statusWords.parse({});
