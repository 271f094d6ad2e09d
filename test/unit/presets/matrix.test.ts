/** That the tests of every preset have each way in which a call can end, from the record to the outcome. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ExpectedEnd, readTestFile, TEST_SUFFIX } from '../../../src/trial/test-file.ts';

const PRESETS = new URL('../../../presets/', import.meta.url).pathname;

const isWholeCall = ({ call, payload, outcome, skipped }: ExpectedEnd) =>
  skipped === undefined && call !== undefined && payload !== undefined && outcome !== undefined;

/** What an end of a case has to be, by the word that stands in the name of the case. */
const ENDS: Readonly<Record<string, (end: ExpectedEnd) => boolean>> = {
  answered: isWholeCall,
  missed: isWholeCall,
  busy: isWholeCall,
  failed: isWholeCall,
  voicemail: isWholeCall,
  transferred: isWholeCall,
  withheld: ({ skipped, outcome }) => skipped === 'withheld' && outcome !== undefined,
  duplicate: ({ skipped, folded }) => skipped === 'duplicate' || folded === true,
  broken: ({ buried }) => buried !== undefined,
};

/** A comment of a test file: `# not expressible: busy, because …`. */
const NOT_EXPRESSIBLE = /^ *# not expressible: (\w+), \w/gm;

const names = readdirSync(PRESETS).filter((name) => name.endsWith('.yaml') && !name.endsWith(TEST_SUFFIX));
const presets = await Promise.all(
  names.map(async (name) => {
    const path = join(PRESETS, name.replace(/\.yaml$/, TEST_SUFFIX));
    const excused = [...readFileSync(path, 'utf8').matchAll(NOT_EXPRESSIBLE)].map(([, word]) => word);
    return { name, excused, cases: (await readTestFile(path)).cases };
  }),
);

describe.each(presets)('the tests of $name', ({ excused, cases }) => {
  it.each(Object.entries(ENDS))('have a call that is %s', (word, isSo) => {
    const ends = cases.filter(({ name }) => name.split(/\W+/).includes(word)).flatMap((test) => test.expect);
    expect(ends.some(isSo)).toBe(!excused.includes(word));
  });
});
