import { expect, it } from 'vitest';
import { progressJson, progressLine, type ReplayProgress, summaryLines } from '../../../src/replay/report.ts';

const counts = {
  read: 520_000,
  enriched: 259_990,
  folded: 0,
  skipped: { 'already-enriched': 259_000, 'not-inbound': 1_000 },
  buried: { 'invalid-field': 10 },
  requests: 260_004,
};
const progress: ReplayProgress = {
  done: 520_000,
  all: 1_000_000,
  perSecond: 1_240.04,
  leftMs: 386_100,
  requestsPerSecond: 10.96,
  counts,
};

it('shows a person how far it is', () => {
  expect(progressLine(progress)).toBe(
    '[############............] 52.0 %  520,000 of 1,000,000  1,240/s  requests 11.0/s  left 6 min 27 s  ' +
      'enriched 259,990  skipped 260,000  buried 10',
  );
  expect(progressLine({ ...progress, done: 0, leftMs: undefined })).toContain('[........................] 0.0 %');
  expect(progressLine({ ...progress, done: 0, leftMs: undefined })).toContain('left unknown');
  expect(progressLine({ ...progress, done: 0, all: 0 })).toContain('100.0 %');
});

it('never rounds up to the end', () => {
  expect(progressLine({ ...progress, done: 999_999 })).toContain('99.9 %');
});

it('tells a script the same', () => {
  expect(JSON.parse(progressJson(progress))).toEqual({ ...progress, perSecond: 1_240, requestsPerSecond: 11 });
  expect(JSON.parse(progressJson({ ...progress, leftMs: undefined })).leftMs).toBeNull();
});

it('sums up, the most frequent first, and says what is to be known', () => {
  const summary = { group: 'callmatch.replay.x', ranges: [], offsets: 1_000_000, seconds: 61, counts, droppedIds: 0 };
  const lines = summaryLines({ ...summary, isFinished: true });
  expect(lines[0]).toBe('The replay is done: 1,000,000 offsets in 1 min 1 s.');
  expect(lines.findIndex((line) => line.endsWith('already-enriched'))).toBeLessThan(
    lines.findIndex((line) => line.endsWith('not-inbound')),
  );
  expect(lines.join('\n')).not.toMatch(/no room|folded/);
  expect(summaryLines({ ...summary, counts: { ...counts, folded: 7 }, isFinished: true })).toContain(
    "           7  folded into another record's call",
  );
  const stopped = summaryLines({ ...summary, isFinished: false, droppedIds: 3 });
  expect(stopped[0]).toContain('The same command goes on where it is.');
  expect(stopped.at(-1)).toContain('3 ids found no room');
});
