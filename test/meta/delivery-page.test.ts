import { readFile, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

/** Files of this repository that `docs/delivery.md` refers to. */
async function references(): Promise<string[]> {
  const page = await readFile(new URL('docs/delivery.md', ROOT), 'utf8');
  const named = [...page.matchAll(/`((?:src|test)\/[\w./-]+\.ts)`/g)].map(([, path = '']) => path);
  const linked = [...page.matchAll(/\]\((decisions\/[\w.-]+\.md)\)/g)].map(([, path = '']) => `docs/${path}`);
  return [...new Set([...named, ...linked])];
}

it('every file that docs/delivery.md names is there', async () => {
  const paths = await references();
  expect(paths.length).toBeGreaterThan(20);
  const missing = [];
  for (const path of paths) if (!(await stat(new URL(path, ROOT)).catch(() => undefined))) missing.push(path);
  expect(missing, 'A promise without its test is only a sentence.').toEqual([]);
});
