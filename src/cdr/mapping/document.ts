/**
 * The mapping document: one zod schema for the YAML files in `presets/` and those of users. What it means is in the
 * compiler beside it; the rules are few on purpose, and a new source adds a converter rather than a second engine.
 */
import { z } from 'zod';
import { SKIP_REASONS } from '../call.ts';
import { FORMATS } from '../decoded.ts';
import { csvRule } from './csv-rule.ts';
import { foldRule } from './fold-rule.ts';
import { parameter } from './parameters.ts';
import { callerRule, partyRule } from './party-rule.ts';
import { conditionRule, valueRule } from './rule.ts';
import { statusRule, statusWords } from './status-rule.ts';
import { durationField, timeField } from './time-rule.ts';

const directionRule = z.union(
  [
    valueRule,
    z
      .strictObject({
        inbound: conditionRule.optional(),
        outbound: conditionRule.optional(),
        internal: conditionRule.optional(),
      })
      .refine(
        (cases) => Object.values(cases).some((condition) => condition !== undefined),
        'one of inbound, outbound, internal has to be there',
      )
      .describe('The first that holds, in this order; `unknown` when none does.'),
  ],
  'a value rule, or conditions for inbound, outbound, internal',
);
export type DirectionRule = z.infer<typeof directionRule>;

const callRules = z.strictObject({
  externalCallId: valueRule.describe('What all records of one call have in common.'),
  direction: directionRule.describe('`inbound`, `outbound`, `internal` or `unknown`.'),
  status: statusRule.describe(
    "One of HubSpot's finalCallStatus words, or steps that lead to one; nothing is `UNKNOWN`.",
  ),
  statusWords: statusWords.optional().describe("HubSpot's words for the endings without an answer."),
  rawCause: valueRule
    .optional()
    .describe("The source's own word for how the call ended; by default what the steps of `status` have found."),
  startedAt: timeField.optional().describe('When the call began; of a list the first that says something.'),
  talkSeconds: durationField
    .optional()
    .describe('From answer to end, rounded down; of a list the first that says something.'),
  from: callerRule,
  to: partyRule,
  agent: valueRule
    .optional()
    .describe('Who took the call, by any name that `portals.<name>.users` knows: an e-mail address, an extension.'),
  agents: valueRule.optional().describe('Who was rung, named like the agent: a field with one name or a list of some.'),
  userId: valueRule.optional().describe('HubSpot user id of who took the call; goes before `agent`.'),
  potentialRecipientUserIds: valueRule
    .optional()
    .describe('Field with the list of HubSpot user ids that were rung; goes before `agents`.'),
  properties: z.record(z.string(), valueRule).optional().describe('Engagement properties by their HubSpot name.'),
  propertiesFrom: valueRule.optional().describe('Field with an object of further engagement properties.'),
});
export type CallRules = z.infer<typeof callRules>;

/** Reasons that a mapping can tell from a record; the others come from what happens later. */
const MAPPING_SKIP_REASONS = SKIP_REASONS.filter(
  (reason) => !['tombstone', 'duplicate', 'revision', 'already-enriched', 'in-doubt', 'too-old'].includes(reason),
);

/** A mapping file. Unknown keys are refused. */
export const mappingDocument = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and -'),
  version: z
    .union([z.int().positive(), z.string().min(1)], 'a number, or a text')
    .describe('Published with every outcome; raise it with every change.'),
  description: z.string().optional(),
  parameters: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'letters and digits, the first a small letter'), parameter)
    .default({})
    .describe('What the configuration of a source can set.'),
  formats: z
    .array(z.enum(FORMATS))
    .min(1)
    .optional()
    .describe('What values can be, when the source says `auto`; by default Avro, JSON, and CSV where `csv` is set.'),
  csv: csvRule.optional(),
  avro: z
    .strictObject({ readerSchema: z.string().min(1).describe('A schema in `schemas/` that values are resolved to.') })
    .optional(),
  urlEncoded: z
    .boolean()
    .default(false)
    .describe('Every text of a record may be URL-encoded: each is decoded once. A `%` that stands for nothing stays.'),
  unwrap: z
    .union([valueRule, z.array(valueRule).min(1)], 'a value rule, or a list of some')
    .optional()
    .describe(
      'Where the record is inside of what was read: the first of these that is an object, or the JSON text of one. Without any it is all of it.',
    ),
  each: valueRule
    .optional()
    .describe(
      'A list in the record, or the JSON text of one: every item is a record of its own. An empty one is skipped as `filtered`; without one the record itself is the only item.',
    ),
  requires: z.array(conditionRule).default([]).describe('What holds of every record that is a call record at all.'),
  skip: z
    .array(z.strictObject({ reason: z.enum(MAPPING_SKIP_REASONS), when: conditionRule }))
    .default([])
    .describe('Records that are no call of ours; the first that holds gives the reason.'),
  fold: foldRule.optional().describe('Joins records of one call; the rules of `call` are then about all of them.'),
  call: callRules,
});
export type MappingDocument = z.output<typeof mappingDocument>;
