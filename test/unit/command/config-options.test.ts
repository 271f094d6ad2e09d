import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configOf, withConfigOptions } from '../../../src/command/config-options.ts';
import type { LoadedConfig } from '../../../src/config/load.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callmatch-config-'));
  file = join(folder, 'callmatch.yaml');
  await writeFile(file, 'portals: { main: { token: change-me } }\nkafka: { groupId: file }\n');
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ loaded: LoadedConfig | undefined; program: Command }> {
  let loaded: LoadedConfig | undefined;
  const program = new Command('callmatch').option('--verbose').exitOverride();
  const leaf = withConfigOptions(new Command('leaf')).action(async (_options: unknown, command: Command) => {
    loaded = await configOf(command);
  });
  program.addCommand(new Command('group').addCommand(leaf));
  await program.parseAsync(['group', 'leaf', ...args], { from: 'user' });
  return { loaded, program };
}

test('--config names the file; --set may be repeated, the last one wins', async () => {
  const { loaded } = await run(
    '--config',
    file,
    '--set',
    'http.port=1',
    '--set',
    'kafka.groupId=a',
    '--set',
    'http.port=2',
  );
  expect(loaded?.file).toBe(file);
  expect(loaded?.config).toMatchObject({ http: { port: 2 }, kafka: { groupId: 'a' } });
});

test('with log level debug, errors are reported in full', async () => {
  expect((await run('-c', file)).program.opts().verbose).toBeUndefined();
  expect((await run('-c', file, '--set', 'log.level=debug')).program.opts().verbose).toBe(true);
});
