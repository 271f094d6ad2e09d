/** Runs the tests of a mapping: each case is a trial of its own, at a fixed time. */
import { dirname, resolve } from 'node:path';
import type { RuleTrace } from '../cdr/mapping/trace.ts';
import { CallmatchError } from '../errors.ts';
import type { SourceBytes } from '../outcome/dead-letter.ts';
import { isAvroFile } from './avro-file.ts';
import { type Difference, differences } from './difference.ts';
import { type RecordFrame, readInput, recordsOf } from './records.ts';
import {
  type ExpectedEnd,
  readTestFile,
  TEST_SUFFIX,
  type TestCase,
  type TestFile,
  type TestRecord,
} from './test-file.ts';
import type { CaseResult } from './test-report.ts';
import { createTrial, type End, endName } from './trial.ts';
import { TRIAL_TOPIC, trialConfig } from './trial-config.ts';
import { createTrialSchemas, type FileSchemas } from './trial-schemas.ts';

/** Timestamp of records that say nothing else. */
const RECORD_TIME = Date.UTC(2026, 0, 15, 12);

/**
 * Runs the cases of a file, one after the other. What keeps a case from running, such as a missing file, is a
 * difference of it; what keeps all of them from it, such as an invalid mapping, is told once.
 */
export async function* runTestFile(path: string, trace?: RuleTrace): AsyncGenerator<CaseResult> {
  try {
    const file = await readTestFile(path);
    for (const test of file.cases) {
      yield { file: path, name: test.name, differences: await runCase(path, file, test, { trace }) };
    }
  } catch (error) {
    if (!(error instanceof CallmatchError)) throw error;
    yield { file: path, name: '(all)', differences: [noRun(error)] };
  }
}

export interface CaseWatch {
  /** Notes what rules give. */
  readonly trace?: RuleTrace | undefined;
  /** Is shown what came of the case, end by end. */
  readonly see?: ((end: End) => void) | undefined;
}

/** Empty when everything is as expected. Throws `mapping-invalid`. @param path of the test file */
export async function runCase(
  path: string,
  file: TestFile,
  test: TestCase,
  { trace, see }: CaseWatch = {},
): Promise<readonly Difference[]> {
  try {
    const ends = await endsOf(path, file, test, trace);
    if (see !== undefined) for (const end of ends) see(end);
    return compared(test.expect, ends);
  } catch (error) {
    if (!(error instanceof CallmatchError) || error.code === 'mapping-invalid') throw error;
    return [noRun(error)];
  }
}

function noRun({ message }: CallmatchError): Difference {
  return { path: 'run', expected: 'ends of calls', got: message };
}

async function endsOf(path: string, file: TestFile, test: TestCase, trace?: RuleTrace): Promise<readonly End[]> {
  const { parameters, admit, ...settings } = { ...file.source, ...test.source };
  const mapping = {
    name: resolve(path.slice(0, -TEST_SUFFIX.length).concat('.yaml')),
    parameters: { ...file.source?.parameters, ...parameters },
  };
  const config = trialConfig({
    source: { ...settings, mapping },
    admit: { ...file.source?.admit, ...admit },
  });
  const schemas = createTrialSchemas({});
  const trial = await createTrial(config, schemas, trace);
  const ends: End[] = [];
  let offset = 0;
  for (const record of test.records) {
    for (const source of await sourcesOf(record, dirname(path), schemas)) {
      for (const { end } of await trial.take({ ...source, offset })) ends.push(end);
      offset += 1;
    }
  }
  for (const { end } of trial.close()) ends.push(end);
  return ends;
}

async function sourcesOf(
  { value, file, lines, at, headers = {}, key }: TestRecord,
  folder: string,
  schemas: FileSchemas,
): Promise<readonly SourceBytes[]> {
  const frame: RecordFrame = {
    topic: TRIAL_TOPIC,
    partition: 0,
    timestamp: at === undefined ? RECORD_TIME : Date.parse(at),
    key: key === undefined ? null : Buffer.from(key),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
  };
  if (file === undefined) return [{ ...frame, offset: 0, value: bytesOf(value) }];
  const bytes = await readInput(resolve(folder, file));
  const division = lines || isAvroFile(bytes) ? 'lines' : 'whole';
  return recordsOf(file, bytes, division, frame, schemas).map(({ source }) => source);
}

function bytesOf(value: unknown): Buffer | null {
  if (value === null) return null;
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

function compared(expected: readonly ExpectedEnd[], ends: readonly End[]): readonly Difference[] {
  const found = expected.flatMap((one, index) => {
    const end = ends[index];
    return end === undefined ? [] : comparedEnd(one, end, `end ${index + 1}`);
  });
  if (ends.length === expected.length) return found;
  const rest = ends.slice(expected.length).map(textOf).join('; ');
  const more = rest === '' ? '' : `, the others: ${rest}`;
  return [...found, { path: 'ends', expected: String(expected.length), got: `${ends.length}${more}` }];
}

function comparedEnd(expected: ExpectedEnd, end: End, path: string): readonly Difference[] {
  const wanted = wantedName(expected);
  if (wanted !== endName(end)) return [{ path, expected: wanted, got: textOf(end) }];
  if (end.kind === 'folded') return [];
  if (end.kind === 'buried') {
    if (expected.says === undefined || end.message.includes(expected.says)) return [];
    return [{ path: `${path}, says`, expected: JSON.stringify(expected.says), got: JSON.stringify(end.message) }];
  }
  const { call, outcome, payload }: { call?: unknown; outcome?: unknown; payload?: unknown } = end;
  return [
    ...differences(expected.call ?? {}, call ?? {}, `${path}, call`),
    ...differences(expected.payload ?? {}, payload ?? {}, `${path}, payload`),
    ...differences(expected.outcome ?? {}, outcome ?? {}, `${path}, outcome`),
  ];
}

function wantedName({ skipped, buried, folded }: ExpectedEnd): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  if (buried !== undefined) return `buried: ${buried}`;
  return folded ? 'folded' : 'submitted';
}

function textOf(end: End): string {
  return end.kind === 'buried' ? `${endName(end)}, ${end.message}` : endName(end);
}
