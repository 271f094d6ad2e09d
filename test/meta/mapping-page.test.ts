/** What docs/mapping.md tells a newcomer to type does what the page says; the part with a topic is a scenario. */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openShell, readPage, shown } from '../support/page.ts';

const FILES = new URL('../../examples/first-mapping/', import.meta.url);
const NEEDS_KAFKA = ['On the topic', 'Switch it on'];

const sections = await readPage('mapping.md');

it('shows what the commands print', async () => {
  await using files = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-page-'));
  files.defer(() => rm(folder, { recursive: true }));
  await cp(FILES, folder, { recursive: true });
  const shell = files.use(await openShell(folder));
  const local = sections.filter(({ title }) => !NEEDS_KAFKA.includes(title)).flatMap(({ commands }) => commands);
  expect(local.length).toBeGreaterThan(5);
  for (const { line, code, output } of local) {
    const ended = await shell.run(line);
    expect({ line, code: ended.code, err: ended.err }).toEqual({ line, code, err: '' });
    if (output !== undefined) expect(ended.out).toMatch(shown(output));
  }
}, 120_000);

it('shows what the files say', async () => {
  const names = (await readdir(FILES)).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, FILES), 'utf8')));
  for (const block of sections.flatMap(({ yaml }) => yaml))
    expect(
      texts.some((text) => text.includes(block)),
      block,
    ).toBe(true);
});
