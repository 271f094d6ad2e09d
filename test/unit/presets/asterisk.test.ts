/** Our own records in every shape that Asterisk writes. Real records from public sources: asterisk-samples.test.ts. */
import { describe, it } from 'vitest';
import { loadMapping } from '../../../src/config/mapping-files.ts';
import { expectEnds, readExpectedRuns } from '../../support/expected-ends.ts';

const FOLDER = new URL('../../fixtures/asterisk/', import.meta.url).pathname;
const document = await loadMapping('asterisk');

describe('the asterisk mapping', () => {
  for (const run of readExpectedRuns(`${FOLDER}expected.yaml`)) {
    it(`${run.file}${run.as === undefined ? '' : `, ${run.as}`}`, () => expectEnds(run, FOLDER, document));
  }
});
