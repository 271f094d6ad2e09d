/** docs/metrics.md: every happening with its log line and its metric, and every gauge. Pure. */
import { GAUGES } from '../ops/gauges.ts';
import type { Happening } from '../ops/happening.ts';
import { HAPPENINGS } from '../ops/happenings.ts';
import { METRIC_PREFIX } from '../ops/telemetry.ts';
import { code, generatedFrom, table } from './markdown.ts';

export function renderMetricsPage(): string {
  const happenings: readonly Happening[] = Object.values(HAPPENINGS);
  const counters = happenings.flatMap(({ counter }) => (counter === undefined ? [] : [metricRow(counter)]));
  const histograms = happenings.flatMap(({ histogram }) => (histogram === undefined ? [] : [metricRow(histogram)]));
  const gauges = Object.entries(GAUGES).map(([name, gauge]) => metricRow({ name, ...gauge }));
  const lines = happenings
    .filter(({ level }) => level !== 'off')
    .map(({ message, level, counter }) => [
      message,
      level,
      counter === undefined ? '' : code(METRIC_PREFIX + counter.name),
    ]);
  const head = ['metric', 'labels', 'what it says'];
  const sections = [
    '# Metrics and log lines',
    generatedFrom('src/ops/happenings.ts and src/ops/gauges.ts'),
    'Metrics are at `/metrics` in the Prometheus text format. What happens is defined once, so a log line and its counter always agree. What repeats itself every second of an outage is counted without a line.',
    `## Counters\n\n${table(head, counters)}`,
    `## Histograms\n\nIn seconds. The first 100 portals with a value have buckets of their own; all further ones are \`portal="other"\`.\n\n${table(head, histograms)}`,
    `## Gauges\n\n${table(head, gauges)}`,
    `## Log lines\n\n${table(['message', 'level', 'counted as'], lines)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function metricRow({ name, labels, help }: { name: string; labels: readonly string[]; help: string }): string[] {
  return [code(METRIC_PREFIX + name), labels.map(code).join(', '), help];
}
