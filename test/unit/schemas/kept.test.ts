import { describe, expect, it } from 'vitest';
import { readKeptSchemas, readSchema } from '../../../src/schemas/kept.ts';

const kept = await readKeptSchemas();

describe('the kept schemas', () => {
  it('are those of the records and of the outcomes, each with its versions from 1 on', async () => {
    expect(kept.map(({ name }) => name).sort()).toEqual(['call-detail-record', 'enriched-call']);
    for (const { name, schema, versions } of kept) {
      expect(schema).toBe(await readSchema(name));
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
    }
  });

  it.each(kept)('$name has documentation for the record, every record inside, and every field', ({ schema }) => {
    expect(withoutDoc(JSON.parse(schema), '')).toEqual([]);
  });
});

/** Paths of records and fields that say nothing about themselves. */
function withoutDoc(type: unknown, path: string): string[] {
  if (Array.isArray(type)) return type.flatMap((branch) => withoutDoc(branch, path));
  if (typeof type !== 'object' || type === null) return [];
  const { doc, name, fields, items, values } = Object.fromEntries(Object.entries(type));
  const here = name === undefined ? path : `${path}.${name}`;
  return [
    ...(name !== undefined && !(typeof doc === 'string' && doc.length >= 8) ? [here] : []),
    ...(Array.isArray(fields)
      ? fields.flatMap((field) => [...withoutDoc(field, here), ...withoutDoc(field.type, here)])
      : []),
    ...withoutDoc(items, here),
    ...withoutDoc(values, here),
  ];
}
