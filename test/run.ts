/**
 * `npm test`: lint, type check, then both suites. Everything runs, whatever failed before. The last line is
 * `N passed, N failed`, where lint and type check count as one test each; the exit code is 1 if anything failed.
 * Arguments go to vitest: `npm test -- test/unit/cdr`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Report, sum, type Tally, tallyOf } from './support/tally.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program of `node_modules` with this Node; resolves with its exit code, null if it was killed. */
function run(program: string, ...args: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', program), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

async function check(program: string, ...args: string[]): Promise<Tally> {
  const passed = (await run(program, ...args)) === 0;
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function vitest(args: readonly string[]): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-report-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const exitCode = await run('vitest/vitest.mjs', 'run', ...reporters, ...args);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    // vitest's JSON report; `Report` names the part that is read.
    return tallyOf(text === undefined ? undefined : (JSON.parse(text) as Report), exitCode);
  } finally {
    await rm(folder, { recursive: true });
  }
}

// Ctrl-C reaches the children as well: they stop what they have started, and then this ends.
process.on('SIGINT', () => {});

const { passed, failed } = sum([
  await check('@biomejs/biome/bin/biome', 'check', '.'),
  await check('typescript/bin/tsc', '--noEmit'),
  await vitest(process.argv.slice(2)),
]);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
