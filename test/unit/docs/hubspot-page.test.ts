import { expect, test } from 'vitest';
import { renderHubspotPage } from '../../../src/docs/hubspot-page.ts';
import { ERRORS } from '../../../src/error-table.ts';

const rows = renderHubspotPage()
  .split('\n')
  .filter((line) => /^\| .*`crm-/.test(line))
  .map((line) => line.split(' | '));

test('every row says code, fate, and what becomes of call and portal', () => {
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) expect(row.filter((cell) => cell.trim() !== '')).toHaveLength(5);
});

test('every code that a request to HubSpot can end with is there', () => {
  const shown = new Set(rows.map(([, code]) => code?.replaceAll('`', '')));
  const codes = Object.keys(ERRORS).filter((code) => code.startsWith('crm-'));
  expect([...shown].toSorted()).toEqual(codes.toSorted());
});

test('the code decides, not the page', () => {
  const codeOf = (status: string) => rows.find(([name]) => name?.includes(status))?.[1];
  expect([codeOf('423'), codeOf('DAILY'), codeOf('204')]).toEqual([
    '`crm-locked`',
    '`crm-daily-limit`',
    '`crm-in-doubt`',
  ]);
});
