/** `npm run docs`: writes every generated file anew. A test compares what is committed with what would be written. */
import { writeFile } from 'node:fs/promises';
import { PAGES } from './pages.ts';

if (import.meta.main) {
  for (const { path, render } of PAGES) await writeFile(new URL(`../../${path}`, import.meta.url), render());
}
