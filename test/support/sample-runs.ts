/** Sample records of other people, which lie beside the checkout, with what has to become of each written down here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type TestCase, type TestFile, testFile } from '../../src/trial/test-file.ts';

/** One sample, read with one configuration of its source. The rest is as in a case of a `NAME.test.yaml`. */
interface SampleCase extends Omit<TestCase, 'records'> {
  /** Below the folder of the samples. */
  readonly sample: string;
  /** `file`: the whole file is one Kafka value (default); `lines`: each line; `fields`: lines `name: value` as JSON. */
  readonly values?: 'file' | 'lines' | 'fields';
  /** Leaves the first line and those that begin so. */
  readonly only?: string;
  /** Sections of the mapping that a site would write in its copy. */
  readonly mapping?: Readonly<Record<string, unknown>>;
  /** When the record was written; as in a test file by default. */
  readonly at?: string;
}

export interface SampleRun {
  readonly sample: string;
  readonly mapping: SampleCase['mapping'];
  readonly file: TestFile;
  readonly test: TestCase;
}

/** The cases of an expectation file, as those of a `NAME.test.yaml`, with a stand-in for the records. Throws on a mistake. */
export function expectedCases(path: string): readonly TestCase[] {
  const { cases, ...rest } = writtenIn(path);
  const standIn = [{ value: 'a sample' }];
  const records = cases.map(({ sample: _, values: __, only: ___, mapping: ____, at: _____, ...one }) => {
    return { ...one, records: standIn };
  });
  return testFile.parse({ ...rest, cases: records }).cases;
}

/** The runs in an expectation file. @param folder of the samples */
export function readSampleRuns(path: string, folder: string): SampleRun[] {
  const written = writtenIn(path);
  return written.cases.map(({ sample, values, only, mapping, at, ...rest }) => {
    const records = valuesOf(readFileSync(join(folder, sample), 'utf8'), values, only).map((value) => ({
      value,
      ...(at !== undefined && { at }),
    }));
    const file = testFile.parse({ ...written, cases: [{ ...rest, records }] });
    // The schema wants one at least.
    const [test = fail(path)] = file.cases;
    return { sample, mapping, file, test };
  });
}

function writtenIn(path: string): { readonly source?: unknown; readonly cases: readonly SampleCase[] } {
  return parse(readFileSync(path, 'utf8'), { merge: true });
}

function valuesOf(text: string, values: SampleCase['values'], only = ''): string[] {
  const [first = '', ...others] = text.split(/(?<=\n)/);
  const lines = [first, ...others.filter((line) => line.startsWith(only))];
  if (values === 'fields') {
    const fields = lines.map((line) => /^(.*?): (.*)\n?$/.exec(line) ?? []).filter((match) => match.length > 0);
    return [JSON.stringify(Object.fromEntries(fields.map(([, name, value]) => [name, value])))];
  }
  return values === 'lines' ? lines.filter((line) => line.trim() !== '') : [lines.join('')];
}

function fail(path: string): never {
  throw new Error(`${path} has an entry without a case`);
}
