import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTrialSchemas, readSchemaFile } from '../../../src/trial/trial-schemas.ts';

describe('the schemas of a trial', () => {
  it('are those of the files, each by an id of its own', () => {
    const schemas = createTrialSchemas({});
    const ids = ['"int"', '"long"', '"int"'].map((schema) => schemas.frame(schema, Buffer.from([2])).readUInt32BE(1));
    expect(ids).toEqual([2 ** 32 - 1, 2 ** 32 - 2, 2 ** 32 - 1]);
    expect(ids.map((id) => schemas.get(id))).toEqual(
      ['"int"', '"long"', '"int"'].map((schema) => ({ schemaType: 'AVRO', schema })),
    );
  });

  it('are the one that was given', () => {
    expect(createTrialSchemas({ schema: '"int"' }).get(7)).toEqual({ schemaType: 'AVRO', schema: '"int"' });
  });

  it('are those of the registry', async () => {
    const loaded: unknown[] = [];
    const registry = {
      get: () => (loaded.length > 0 ? ('unknown' as const) : undefined),
      load: async (id: unknown) => void loaded.push(id),
    };
    const schemas = createTrialSchemas({ registry });
    expect(schemas.get(7)).toBeUndefined();
    await schemas.load(7);
    expect([loaded, schemas.get(7)]).toEqual([[7], 'unknown']);
  });

  it('are asked for where nothing tells them', async () => {
    await expect(createTrialSchemas({}).load(7)).rejects.toThrow(/the Avro schema 7: name its file by --schema/);
  });
});

describe('a schema file', () => {
  it('is JSON', async () => {
    await using folder = new AsyncDisposableStack();
    const path = folder.adopt(await mkdtemp(join(tmpdir(), 'callmatch-')), (made) => rm(made, { recursive: true }));
    await writeFile(join(path, 'a.avsc'), '"int"');
    await writeFile(join(path, 'b.avsc'), '{');
    expect(await readSchemaFile(join(path, 'a.avsc'))).toBe('"int"');
    await expect(readSchemaFile(join(path, 'b.avsc'))).rejects.toThrow(/^the schema .*b\.avsc: /);
    await expect(readSchemaFile(join(path, 'c.avsc'))).rejects.toThrow(/ENOENT/);
  });
});
