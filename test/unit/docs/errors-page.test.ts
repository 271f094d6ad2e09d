import { expect, test } from 'vitest';
import { renderErrorsPage } from '../../../src/docs/errors-page.ts';
import { ERRORS } from '../../../src/error-table.ts';
import type { ErrorCode } from '../../../src/errors.ts';

const page = renderErrorsPage();
const codes = Object.keys(ERRORS) as ErrorCode[]; // Object.keys widens the keys of a const table to string.
const rows = page.split('\n').filter((line) => /^\| `/.test(line));

test('every code has one row, and every row is a code', () => {
  expect(rows.map((row) => row.split('`')[1]).toSorted()).toEqual(codes.toSorted());
});

test('a code stands under its fate, with what happened and what to do', () => {
  const sections = page.split(/^## /m).slice(1);
  for (const code of codes) {
    const { fate, meaning, remedy } = ERRORS[code];
    const section = sections.find((text) => text.startsWith(`\`${fate}\``));
    expect(section).toContain(`| \`${code}\` | ${meaning} | ${remedy} |`);
  }
});
