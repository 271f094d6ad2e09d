/** Rules for the numbers of a call, as they stand in a mapping document. Pure. */
import { z } from 'zod';
import { fromParameter, textOrParameter, valueRule } from './rule.ts';

export const partyRule = z.strictObject({
  number: z
    .union([valueRule, z.array(valueRule).min(1)], 'a value rule, or a list of some')
    .describe('Where the number stands; of a list the first that is one.'),
  extension: valueRule.optional().describe('The extension, where it stands in a field of its own.'),
  country: valueRule
    .optional()
    .describe(
      'ISO 3166 country of numbers without a country code, where the record tells; else that of the portal or the ' +
        'source. Two capital letters are a country, any other text a path.',
    ),
  plus: z
    .union([z.literal('missing'), fromParameter], 'missing, or { parameter: name }')
    .optional()
    .describe('`missing`: the numbers are E.164 without its plus (447700900000). Other numbers begin with 0 then.'),
  dialOut: textOrParameter
    .optional()
    .describe(
      'Digits of the switch in front of numbers, such as 0 for an outside line; taken off when a number is left.',
    ),
  mainNumber: textOrParameter
    .optional()
    .describe('Number of the switch: used when the field holds an extension, or nothing that is a number.'),
});
export type PartyRule = z.infer<typeof partyRule>;

export const callerRule = partyRule.omit({ mainNumber: true });
