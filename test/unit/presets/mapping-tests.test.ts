/** The tests beside the shipped mappings, and beside those of the examples: the same that `callmatch mapping test` runs. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTestFile, TEST_SUFFIX } from '../../../src/trial/test-file.ts';
import { runCase } from '../../../src/trial/test-run.ts';
import { watchContract } from '../../support/contract-witness.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const paths = ['presets', 'examples/mappings', 'examples/first-mapping']
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((file) => join(folder, file)))
  .filter((path) => path.endsWith(TEST_SUFFIX));
const files = await Promise.all(paths.map(async (path) => ({ path, file: await readTestFile(join(ROOT, path)) })));

const contract = watchContract();
afterAll(() => contract.assertKept());

describe.each(files)('$path', ({ path, file }) => {
  it.each(file.cases)('$name', async (test) => {
    const differences = await runCase(join(ROOT, path), file, test, {
      see: (end) => {
        if (end.kind === 'enriched') contract.request(JSON.stringify(end.payload));
      },
    });
    expect(differences).toEqual([]);
  });
});
