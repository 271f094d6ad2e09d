/** What is generated is committed, and in step with what it is generated from. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { PAGES } from '../../src/docs/pages.ts';

test.each(PAGES)('$path is what `npm run docs` writes', async ({ path, render }) => {
  expect(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(render());
});
