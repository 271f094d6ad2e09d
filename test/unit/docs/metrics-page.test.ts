import { expect, it } from 'vitest';
import { renderMetricsPage } from '../../../src/docs/metrics-page.ts';
import { GAUGES } from '../../../src/ops/gauges.ts';
import type { Happening } from '../../../src/ops/happening.ts';
import { HAPPENINGS } from '../../../src/ops/happenings.ts';

it('names every metric and every log line', () => {
  const page = renderMetricsPage();
  const happenings: readonly Happening[] = Object.values(HAPPENINGS);
  for (const { counter, histogram, level, message } of happenings) {
    if (counter !== undefined) expect(page).toContain(`\`callmatch_${counter.name}\``);
    if (histogram !== undefined) expect(page).toContain(`\`callmatch_${histogram.name}\``);
    if (level !== 'off') expect(page).toContain(`| ${message} | ${level} |`);
  }
  for (const name of Object.keys(GAUGES)) expect(page).toContain(`\`callmatch_${name}\``);
});
