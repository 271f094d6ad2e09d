/**
 * Records of other people, real and documented, through the mappings that are for them. They lie beside the checkout,
 * in `../shared/cdr/samples`; what has to become of them stands in `test/fixtures/samples`, one file a mapping.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { loadMapping } from '../../../src/config/mapping-files.ts';
import { TEST_SUFFIX } from '../../../src/trial/test-file.ts';
import { runCase } from '../../../src/trial/test-run.ts';
import { besideCheckout } from '../../support/beside-checkout.ts';
import { watchContract } from '../../support/contract-witness.ts';
import { expectedCases, readSampleRuns, type SampleRun } from '../../support/sample-runs.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const EXPECTED = join(ROOT, 'test/fixtures/samples');
const SAMPLES = besideCheckout('cdr/samples');
/** What holds no records. */
const NO_SAMPLES = ['SOURCES.md', 'schemas'];

/** The path of a mapping without its suffix. */
function pathOf(name: string): string {
  const preset = join(ROOT, 'presets', name);
  return existsSync(`${preset}.yaml`) ? preset : join(ROOT, 'examples/mappings', name);
}

/** A copy of the mapping with sections of its own, where the run has some. */
async function mappingOf(name: string, { mapping }: SampleRun): Promise<string> {
  if (mapping === undefined) return pathOf(name);
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-sample-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const document = await loadMapping(`${pathOf(name)}.yaml`);
  await writeFile(join(folder, `${name}.yaml`), stringify(Object.assign({}, document, mapping)));
  return join(folder, name);
}

const files = readdirSync(EXPECTED);

it.each(files)('%s expects ends of a mapping that there is', async (file) => {
  await expect(loadMapping(`${pathOf(basename(file, '.yaml'))}.yaml`)).resolves.toBeDefined();
  const cases = expectedCases(join(EXPECTED, file));
  expect(cases.length).toBeGreaterThan(0);
  for (const { expect: ends } of cases) expect(ends).not.toHaveLength(0);
});

if (SAMPLES === undefined) {
  process.stderr.write(
    'NOT RUN through their mappings: the records of ../shared/cdr/samples are not beside the checkout\n',
  );
} else {
  const folder = SAMPLES;
  const runs = files.map((file) => ({
    name: basename(file, '.yaml'),
    runs: readSampleRuns(join(EXPECTED, file), folder),
  }));

  it('every sample has its ends written down', () => {
    const there = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
      .filter((path) => !NO_SAMPLES.includes(path.split('/')[0] ?? ''));
    const written = new Set(runs.flatMap((one) => one.runs.map((run) => run.sample)));
    expect([...written].toSorted()).toEqual(there.toSorted());
  });

  describe.each(runs)('the samples of $name', ({ name, runs: cases }) => {
    it.each(cases)('$sample: $test.name', async (run) => {
      const contract = watchContract();
      const see = (end: { kind: string; payload?: unknown }) =>
        end.kind === 'enriched' && contract.request(JSON.stringify(end.payload));
      const path = (await mappingOf(name, run)) + TEST_SUFFIX;
      expect(await runCase(path, run.file, run.test, { see })).toEqual([]);
      contract.assertKept();
    });
  });
}
