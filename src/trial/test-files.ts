/** Which test files are meant: of a file, a folder, a shipped mapping. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mappingFile } from '../config/mapping-files.ts';
import { CallmatchError } from '../errors.ts';
import { TEST_SUFFIX } from './test-file.ts';

/**
 * Paths of test files, each once: of a test file itself, of the mapping beside it (a path, or the name of a shipped
 * one), or of all in a folder. Throws `input-invalid` where there is none.
 */
export async function findTestFiles(names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) found.push(...(await testFilesOf(name)));
  return [...new Set(found)];
}

async function testFilesOf(name: string): Promise<readonly string[]> {
  if (await isFolder(name)) {
    const files = (await readdir(name)).filter((file) => file.endsWith(TEST_SUFFIX)).sort();
    if (files.length > 0) return files.map((file) => join(name, file));
    throw new CallmatchError('input-invalid', `${name}: there is no file NAME${TEST_SUFFIX} in this folder`);
  }
  const test = testFileOf(name);
  if (await exists(test)) return [test];
  throw new CallmatchError('input-invalid', `${name}: there are no tests, because there is no file ${test}`);
}

/** The test file beside a mapping, whether it is there or not. @param name as in the configuration, or a test file */
export function testFileOf(name: string): string {
  if (name.endsWith(TEST_SUFFIX)) return name;
  const file = mappingFile(name);
  return (typeof file === 'string' ? file : fileURLToPath(file)).replace(/\.ya?ml$/, TEST_SUFFIX);
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
