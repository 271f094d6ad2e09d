import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { callmatch } from '../support/callmatch-process.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const cwd = tmpdir();

test.each([
  [[], 2],
  [['--help'], 0],
  [['--version'], 0],
  [['nonsense'], 2],
  [['config', 'check', '--nonsense'], 2],
  [['config', 'check', '--config', 'absent.yaml'], 2],
])('callmatch %j ends with %d', async (args, expected) => {
  expect((await callmatch(args, { cwd })).code).toBe(expected);
});

test('an error comes once, on stderr, with what to do; the stack only with --verbose', async () => {
  const short = await callmatch(['config', 'check', '-c', 'absent.yaml'], { cwd });
  expect(short.out).toBe('');
  expect(short.err).toMatch(/^config-invalid: (?:.|\n)*there is no such file\nWhat to do: .*\n$/u);
  const long = await callmatch(['config', 'check', '-c', 'absent.yaml', '--verbose'], { cwd });
  expect(long.err).toMatch(/\n {4}at .*load\.ts/);
});

test('a reader that closes the pipe early is no failure', async () => {
  const child = spawn(process.execPath, [CLI, 'config', 'schema'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const errors: string[] = [];
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const [code] = await once(child, 'close');
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
});

test('commands that handle many records are given the memory they need, whatever started them', async () => {
  // Told where Node starts anew, which needs no more than that.
  const tell = 'data:text/javascript,console.error(process.execArgv.join());process.execArgv.length>0&&process.exit()';
  const flagsOf = async (...args: string[]) => {
    const { err } = await callmatch([...args, '--help'], { cwd, env: { NODE_OPTIONS: `--import ${tell}` } });
    return err.trim();
  };
  expect(await flagsOf('run')).toBe('--max-semi-space-size=32');
  expect(await flagsOf('replay')).toBe('--max-semi-space-size=8,--heap-growing-percent=40');
  expect(await flagsOf('config', 'check')).toBe('');
});
