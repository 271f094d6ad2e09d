import { readdir, readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mappingDocument } from '../../../../src/cdr/mapping/document.ts';
import { renderMappingSchema } from '../../../../src/cdr/mapping/json-schema.ts';

const validate = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  JSON.parse(renderMappingSchema()),
);
const ROOT = new URL('../../../../', import.meta.url);
const files = (
  await Promise.all(
    ['presets/', 'examples/mappings/'].map(async (folder) => {
      const names = await readdir(new URL(folder, ROOT)).catch(() => []);
      return names.filter((name) => /^[^.]+\.yaml$/.test(name)).map((name) => folder + name);
    }),
  )
).flat();

const CALL = { externalCallId: 'id', direction: 'way', status: 's', from: { number: 'a' }, to: { number: 'b' } };

describe('the JSON Schema of mapping files', () => {
  it.each(files)('knows %s', async (file) => {
    const document: unknown = parse(await readFile(new URL(file, ROOT), 'utf8'), { merge: true });
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each<[object, boolean]>([
    [{}, true],
    [
      { each: { in: 'a', where: { value: 'b', above: 1 }, pick: 'all' }, unwrap: ['a', { decode: 'json', of: 'b' }] },
      true,
    ],
    [{ call: { ...CALL, agent: { of: 'a', when: { some: 'b', where: { filled: 'c' } } } } }, true],
    [{ call: { ...CALL, agent: { off: 'a', when: { filled: 'c' } } } }, false],
    [{ call: { ...CALL, agent: 'a..b' } }, false],
    [{ skip: [{ reason: 'duplicate', when: { filled: 'a' } }] }, false],
    [{ formats: ['xml'] }, false],
    [{ unknown: 1 }, false],
  ])('agrees with the zod schema on %j', (change, good) => {
    const document = { name: 'test', version: 1, call: CALL, ...change };
    expect([validate(document), mappingDocument.safeParse(document).success]).toEqual([good, good]);
  });

  it('has names for what people meet in it', () => {
    expect(Object.keys(JSON.parse(renderMappingSchema()).definitions)).toEqual(['ValueRule', 'ConditionRule']);
  });
});
