/** Every configuration that a reader may copy is one that loads. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { callmatch } from '../support/callmatch-process.ts';
import { mappingFolder } from '../support/mapping-folder.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const files = (await readdir(EXAMPLES)).filter((name) => name.endsWith('.yaml'));

const load = (text: string, env = {}) => loadConfig({ env, readText: async () => text, listFiles: async () => [] });

test('there are examples', () => {
  expect(files).toEqual(expect.arrayContaining(['callmatch.yaml', 'full.yaml']));
});

test.each(files)('examples/%s loads, the token given by the environment', async (name) => {
  const text = await readFile(new URL(name, EXAMPLES), 'utf8');
  const { config } = await load(text, { CALLMATCH_PORTALS__MAIN__TOKEN: 'change-me' });
  expect(Object.keys(config.portals)).toEqual(['main']);
});

test('the YAML of the README is examples/callmatch.yaml', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, block] = /^```yaml\n(.*?)^```/ms.exec(readme) ?? [];
  expect(block).toBe(await readFile(new URL('callmatch.yaml', EXAMPLES), 'utf8'));
});

test('the YAML in docs/configuration.md loads', async () => {
  const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) await load(block);
});

test('the README tries and tests a mapping with commands that work', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = /^## Try a mapping\n(.*?)^## /ms.exec(readme) ?? [];
  const [commands = '', tests = ''] = [...section.matchAll(/^```\w+\n(.*?)^```/gms)].map(([, block]) => block);
  const { cases } = parse(tests);
  await using folder = await mappingFolder({
    'my-switch.test.yaml': tests,
    'cdr.json': JSON.stringify(cases[0].records[0].value),
  });
  const cwd = folder.path;
  const lines = commands.split('\n').filter((line) => line.startsWith('callmatch '));
  expect(lines.length).toBe(4);
  for (const line of lines) {
    const [command = '', file] = line.split(' > ');
    const { code, out } = await callmatch(command.split(' ').slice(1), { cwd });
    expect({ line, code }).toEqual({ line, code: 0 });
    if (file !== undefined) await writeFile(join(cwd, file), out);
  }
});
