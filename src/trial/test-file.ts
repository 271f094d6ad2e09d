/**
 * `NAME.test.yaml` beside a mapping `NAME.yaml`: records, and what has to become of them. One zod schema: its types, its
 * checks and the JSON Schema for editors.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SKIP_REASONS } from '../cdr/call.ts';
import { FORMATS } from '../cdr/decoded.ts';
import { Problems } from '../cdr/mapping/problems.ts';
import type { ConfigInput } from '../config/schema.ts';
import { parseYamlText } from '../config/yaml-text.ts';
import { CallmatchError, messageOf } from '../errors.ts';

const source = z
  .strictObject({
    defaultCountry: z.string().optional().describe('Country of numbers without a country code.'),
    parameters: z
      .record(z.string(), z.union([z.string(), z.array(z.string())], 'a text, or a list of some'))
      .optional()
      .describe('Parameters of the mapping.'),
    format: z
      .enum(['auto', ...FORMATS])
      .optional()
      .describe('Format of the values.'),
    admit: z
      .custom<NonNullable<ConfigInput['admit']>>((value) => typeof value === 'object' && value !== null, 'a section')
      .optional()
      .describe('As in the configuration: which calls are submitted.'),
  })
  .describe('Settings of the source; those of a case go over those of the file.');
export type TestSource = z.output<typeof source>;

const record = z
  .strictObject({
    value: z.unknown().optional().describe('An object or a list is JSON; a text stands as it is; null is a tombstone.'),
    file: z.string().min(1).optional().describe('File with the value, seen from the test file.'),
    lines: z.boolean().optional().describe('The file has one record a line.'),
    at: z
      .string()
      .refine((text) => !Number.isNaN(Date.parse(text)), 'a time such as 2026-01-15T12:00:00Z')
      .optional()
      .describe('Timestamp of the Kafka record; 2026-01-15T12:00:00Z by default.'),
    headers: z.record(z.string(), z.string()).optional().describe('Headers of the Kafka record.'),
    key: z.string().optional().describe('Key of the Kafka record.'),
  })
  .refine((one) => 'value' in one !== (one.file !== undefined), 'a value or a file, and not both');
export type TestRecord = z.output<typeof record>;

const fields = z.record(z.string(), z.unknown());
/** One shape rather than a union: a mistake in it is told by its own field. */
const end = z
  .strictObject({
    skipped: z.enum(SKIP_REASONS).optional().describe('It is skipped for this reason.'),
    buried: z.string().min(1).optional().describe('It is buried with this code.'),
    says: z.string().optional().describe('A part of the message with which it is buried.'),
    folded: z.literal(true).optional().describe('It is a part of a call that ends with another record.'),
    call: fields.optional().describe('Fields that the call must have; others may be there.'),
    payload: fields.optional().describe('Fields that the request to HubSpot must have.'),
    outcome: fields.optional().describe('Fields that the published outcome must have.'),
  })
  .refine(
    ({ skipped, buried, folded }) => [skipped, buried, folded].filter((one) => one !== undefined).length <= 1,
    'only one of skipped, buried, folded; none of them where it is submitted',
  )
  .refine(
    ({ skipped, buried, folded, payload }) => payload === undefined || (skipped ?? buried ?? folded) === undefined,
    'a payload only where it is submitted',
  )
  .refine(
    ({ buried, folded, call, outcome }) => (buried ?? folded) === undefined || (call ?? outcome) === undefined,
    'no call and no outcome where it is buried or folded',
  )
  .refine(({ buried, says }) => says === undefined || buried !== undefined, 'says goes with buried');
export type ExpectedEnd = z.output<typeof end>;

export const testFile = z.strictObject({
  source: source.optional(),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        source: source.optional(),
        records: z.array(record).min(1).describe('What Kafka carries, in this order.'),
        expect: z.array(end).describe('What becomes of the calls, one entry a call, in this order.'),
      }),
    )
    .min(1),
});
export type TestFile = z.output<typeof testFile>;
export type TestCase = TestFile['cases'][number];

export const TEST_SUFFIX = '.test.yaml';

/** Throws `input-invalid` with every mistake and its place. */
export async function readTestFile(path: string): Promise<TestFile> {
  const fail = (why: string, cause?: unknown) => new CallmatchError('input-invalid', `${path}: ${why}`, { cause });
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fail(messageOf(error), error);
  });
  const yaml = parseYamlText(text, true);
  if ('mistakes' in yaml) throw fail(`this is no YAML:\n${yaml.mistakes.join('\n')}`);
  const parsed = testFile.safeParse(yaml.data);
  if (parsed.success) return parsed.data;
  const problems = new Problems();
  problems.addIssues(parsed.error.issues);
  throw fail(`the tests have mistakes:\n${problems.lines.map((line) => `  ${line}`).join('\n')}`);
}

/** For editors. Draft 7, because that is what their YAML plug-ins know best. */
export function renderTestSchema(): string {
  const schema = z.toJSONSchema(testFile, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  return `${JSON.stringify({ ...schema, title: 'tests of a callmatch mapping' }, undefined, 2)}\n`;
}
