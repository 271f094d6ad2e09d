import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMapping, loadReaderSchema, shippedMappings } from '../../../src/config/mapping-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callmatch-'));
});
afterAll(() => rm(folder, { recursive: true }));

const failure = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe('loadMapping', () => {
  it('loads every shipped mapping by its name', async () => {
    expect(await shippedMappings()).toEqual(expect.arrayContaining(['asterisk', 'canonical']));
    for (const name of await shippedMappings()) expect(await loadMapping(name)).toMatchObject({ name });
  });

  it('loads a file by its path', async () => {
    const path = join(folder, 'mine.yaml');
    await writeFile(path, 'name: mine\nversion: 1\n');
    expect(await loadMapping(path)).toEqual({ name: 'mine', version: 1 });
  });

  it('names the choice when there is none of that name', async () => {
    const message = 'there is no mapping asterix: did you mean asterisk? Shipped are ';
    await expect(loadMapping('asterix')).rejects.toThrow(failure('mapping-invalid', message));
  });

  it('says why a file cannot be read', async () => {
    await expect(loadMapping('./missing.yaml')).rejects.toThrow(
      failure('mapping-invalid', 'mapping ./missing.yaml: ENOENT'),
    );
  });

  it('gives line and column of what is no YAML', async () => {
    const path = join(folder, 'broken.yaml');
    await writeFile(path, 'name: x\nname: y\ncall: [\n');
    await expect(loadMapping(path)).rejects.toThrow(failure('mapping-invalid', 'line 2, column 1: '));
  });
});

describe('loadReaderSchema', () => {
  it('loads the schema of the canonical record', async () => {
    expect(JSON.parse(await loadReaderSchema('call-detail-record'))).toMatchObject({ name: 'CallDetailRecord' });
  });

  it.each(['missing', '../package', 'a/b'])('has no %s', async (name) => {
    await expect(loadReaderSchema(name)).rejects.toThrow(failure('mapping-invalid', `there is no schema ${name}`));
  });
});
