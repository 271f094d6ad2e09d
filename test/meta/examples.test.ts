/** Every configuration that a reader may copy is one that loads. */
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { mappingFolder } from '../support/mapping-folder.ts';
import { openShell } from '../support/page.ts';

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

test('the README tries a mapping with commands that work', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = /^## Sources\n(.*?)^## /ms.exec(readme) ?? [];
  const [, commands = ''] = /^```sh\n(.*?)^```/ms.exec(section) ?? [];
  const record = { uniqueid: '1.1', dcontext: 'from-trunk', src: '031 555 01 79', dst: '201', disposition: 'BUSY' };
  const call = { ...record, start: '2026-01-15 10:30:00' };
  await using folder = await mappingFolder({ 'cdr.json': JSON.stringify(call) });
  await using shell = await openShell(folder.path);
  const lines = commands.trim().split('\n');
  expect(lines.length).toBe(3);
  for (const line of lines) expect({ line, ...(await shell.run(line)) }).toMatchObject({ line, code: 0, err: '' });
});
