import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exists, findTestFiles, testFileOf } from '../../../src/trial/test-files.ts';
import { mappingFolder } from '../../support/mapping-folder.ts';

describe('test files', () => {
  it('are found by themselves, by their mapping and by their folder, each once', async () => {
    await using folder = await mappingFolder({ 'small.test.yaml': '', 'b.test.yaml': '' });
    const at = (name: string) => join(folder.path, name);
    expect(await findTestFiles([at('small.yaml'), folder.path, at('b.test.yaml')])).toEqual([
      at('small.test.yaml'),
      at('b.test.yaml'),
    ]);
  });

  it('are found by the name of a shipped mapping', async () => {
    expect(await findTestFiles(['canonical'])).toEqual([expect.stringMatching(/presets\/canonical\.test\.yaml$/)]);
  });

  it('are missed, by the file that would be theirs', async () => {
    await using folder = await mappingFolder({});
    await expect(findTestFiles([join(folder.path, 'small.yaml')])).rejects.toThrow(/no file .*small\.test\.yaml/);
    await expect(findTestFiles([folder.path])).rejects.toThrow(/no file NAME\.test\.yaml in this folder/);
    await expect(findTestFiles(['nothing'])).rejects.toThrow(/nothing: there are no tests/);
  });

  it('lie beside their mapping', async () => {
    expect(testFileOf('./a/b.yml')).toBe('./a/b.test.yaml');
    expect(await exists(testFileOf('canonical'))).toBe(true);
    expect(await exists(testFileOf('./a/b.yml'))).toBe(false);
  });
});
