/** Settings of one source topic. */
import { z } from 'zod';
import { formed, topicName } from './scalar.ts';

export const FORMATS = ['auto', 'avro', 'json', 'csv'] as const;

export const source = z.strictObject({
  topic: topicName()
    .describe('Topic to read.')
    .meta({ examples: ['calls.cdr'] }),
  format: z.enum(FORMATS).default('auto').describe('Format of the values; `auto` decides by the first bytes.'),
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
      'A shipped mapping (`canonical`, `asterisk`) or the path of a mapping file; with `parameters` if it has some.',
    ),
  defaultCountry: formed(/^[A-Z]{2}$/, 'an ISO 3166 country such as US or CH')
    .optional()
    .describe('Country of numbers written without a country code.')
    .meta({ examples: ['US'] }),
  portal: z
    .strictObject({
      name: z
        .string()
        .min(1)
        .describe('Name of the portal in `portals`.')
        .meta({ examples: ['main'] }),
    })
    .optional()
    .describe('Portal that the calls belong to. May be left out when there is only one.'),
});
