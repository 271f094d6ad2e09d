import { expect, it } from 'vitest';
import { overviewLines } from '../../../src/overview/report.ts';
import { NOW, portal, sampleOverview } from '../../support/sample-overview.ts';

it('shows a person what stands out first', () => {
  const lines = overviewLines(sampleOverview(), NOW);
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  expect(lines[0]).toBe('Group g: Stable, 3 members');
  expect(lines[1]).toBe('Backlog: 8 records, about 1 min at the quota (estimate)');
  expect(at('STOPPED')).toBeLessThan(at('t      0'));
  expect(lines[at('acme    paused')]).toContain('token-refused for 1 min 30 s');
  expect(at('not ready: stopping')).toBeGreaterThan(0);
  expect(at('connect ECONNREFUSED')).toBeGreaterThan(0);
  expect(lines.at(-1)).toContain('--instance');
});

it('shows of thousands only the first', () => {
  const all = {
    ...sampleOverview(),
    portals: Array.from({ length: 50 }, (_, n) => ({ ...portal(`p${n}`, 'active'), instances: 1, parked: 0 })),
  };
  expect(overviewLines(all, NOW)).toContain('and 30 more portals');
});
