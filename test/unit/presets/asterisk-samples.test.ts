/** Real and documented Asterisk records from public sources, which lie beside the repository. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadMapping } from '../../../src/config/mapping-files.ts';
import { expectEnds, readExpectedRuns } from '../../support/expected-ends.ts';

const SAMPLES = new URL('../../../../shared/cdr/samples/asterisk/', import.meta.url).pathname;
const EXPECTED = new URL('../../fixtures/asterisk/samples-expected.yaml', import.meta.url).pathname;
const hasSamples = existsSync(SAMPLES);
const runs = readExpectedRuns(EXPECTED);

describe(`the asterisk samples${hasSamples ? '' : ` (skipped: there is no folder ${SAMPLES})`}`, () => {
  it.skipIf(!hasSamples)('have their ends written down, every file', () => {
    expect([...new Set(runs.map((run) => run.file))].sort()).toEqual(readdirSync(SAMPLES).sort());
  });

  for (const run of runs) {
    it.skipIf(!hasSamples)(`${run.file}${run.as === undefined ? '' : `, ${run.as}`}`, async () => {
      expectEnds(run, SAMPLES, await loadMapping('asterisk'));
    });
  }
});
