import { expect, it } from 'vitest';
import { redriveLines, withoutOthers } from '../../../src/redrive/report.ts';

const COUNTS = {
  read: 12,
  enriched: 8,
  skipped: { filtered: 2, 'already-enriched': 1 },
  buried: { poison: 1 },
  requests: 9,
};

it('says what came of it, and what was left', () => {
  const summary = { letters: 12, ended: 10, left: { 'source-deleted': 2 }, seconds: 62, counts: COUNTS };
  const lines = redriveLines({ ...summary, isFinished: true });
  expect(lines[0]).toBe('The redrive is done: 10 of 12 dead letters have an end, in 1 min 2 s.');
  expect(lines).toContain('       8  enriched');
  expect(lines).toContain('         1  poison');
  expect(lines.at(-1)).toMatch(/^ {7}2 {2}left: too large to be kept/);
  expect(redriveLines({ ...summary, isFinished: false })[0]).toMatch(/stopped after .* goes on\.$/);
  expect(redriveLines({ ...summary, isFinished: true, written: 3 }).join()).toContain('3  written back');
});

it('does not count the other calls of the same records', () => {
  expect(withoutOthers(COUNTS, 2)).toMatchObject({ read: 10, skipped: { 'already-enriched': 1 } });
  expect(withoutOthers(COUNTS, 1)).toMatchObject({ read: 11, skipped: { filtered: 1, 'already-enriched': 1 } });
});
