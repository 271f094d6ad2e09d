/** Settings of one source topic. */
import { z } from 'zod';
import { FORMATS } from '../cdr/decoded.ts';
import { country, formed, topicName } from './scalar.ts';

export const source = z.strictObject({
  topic: topicName()
    .describe('Topic to read.')
    .meta({ examples: ['calls.cdr'] }),
  format: z
    .enum(['auto', ...FORMATS])
    .default('auto')
    .describe('Format of the values; `auto` decides by the first bytes, among those that the mapping reads.'),
  mapping: z
    .union([
      z.string().min(1),
      z.strictObject({
        name: z.string().min(1).describe('Name or path of the mapping.'),
        parameters: z
          .record(
            formed(/^[a-z][A-Za-z0-9]*$/, 'a parameter name: letters and digits'),
            z.union([z.string(), z.array(z.string())]),
          )
          .default({})
          .describe('Parameters of the mapping, by name.')
          .meta({ entryName: 'mainNumber' }),
      }),
    ])
    .default('canonical')
    .describe(
      'A shipped mapping, such as `asterisk` (`callmatch mapping list` shows all), or the path of a mapping file; with `parameters` if it has some.',
    ),
  defaultCountry: country().optional().describe('Country of numbers written without a country code.'),
  portal: z
    .union([
      z.strictObject({
        name: z
          .string()
          .min(1)
          .describe('All calls of the topic belong to this portal of `portals`.')
          .meta({ examples: ['main'] }),
      }),
      z.strictObject({
        header: z
          .string()
          .min(1)
          .describe("Header of the Kafka record with the portal's name or `hubId`, instead of `name`."),
      }),
      z.strictObject({
        field: z
          .union([z.string().min(1), z.array(z.string()).min(1)])
          .describe(
            "Field of the record with the portal's name or `hubId`, instead of `name`: keys with dots between, or a list of keys.",
          ),
      }),
      z.strictObject({
        did: z.literal(true).describe('By the number called, instead of `name`: see `portals.<name>.numbers`.'),
      }),
    ])
    .optional()
    .describe('Whose the calls are. May be left out when there is only one portal.')
    .meta({ examples: [{ name: 'main' }] }),
});
