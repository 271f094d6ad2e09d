import { describe, expect, it } from 'vitest';
import { GAUGES } from '../../../src/ops/gauges.ts';
import type { Happening } from '../../../src/ops/happening.ts';
import { HAPPENINGS } from '../../../src/ops/happenings.ts';
import { createTelemetry, type Log, MOST_PORTALS_WITH_BUCKETS } from '../../../src/ops/telemetry.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'];

/** A log that keeps its lines, from a level on. */
function listen(level = 'trace') {
  const lines: { level: string; message: string; fields: object }[] = [];
  const writer = (own: string) => (fields: object, message: string) => void lines.push({ level: own, message, fields });
  const log: Log = {
    level,
    isLevelEnabled: (asked) => LEVELS.indexOf(asked) >= LEVELS.indexOf(level),
    trace: writer('trace'),
    debug: writer('debug'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
  };
  return { lines, telemetry: createTelemetry(log) };
}

describe('Telemetry', () => {
  it('writes the line and moves the metric in one call', async () => {
    const { lines, telemetry } = listen();
    telemetry.happened('callBuried', { code: 'poison', stage: 'submit' });
    expect(lines).toEqual([{ level: 'warn', message: 'call buried', fields: { code: 'poison', stage: 'submit' } }]);
    expect(await telemetry.count('callBuried')).toBe(1);
  });

  it('keeps the buckets of the first portals apart, and counts each of all', async () => {
    const { telemetry } = listen();
    const count = MOST_PORTALS_WITH_BUCKETS + 20;
    for (let n = 0; n < count; n += 1)
      for (let twice = 0; twice < 2; twice += 1)
        telemetry.happened('requestAnswered', { portal: `p-${n}`, status: 200, seconds: 0.02 });
    const text = await telemetry.exposition();
    expect(text.match(/^callmatch_request_seconds_count{/gm)).toHaveLength(MOST_PORTALS_WITH_BUCKETS + 1);
    expect(text).toContain('callmatch_request_seconds_count{portal="other"} 40');
    expect(text).toContain('callmatch_request_seconds_count{portal="p-0"} 2');
    expect(await telemetry.count('requestAnswered', { portal: `p-${count - 1}` })).toBe(2);
  });

  it('counts by labels, over all or those that fit', async () => {
    const { telemetry } = listen();
    for (const [portal, status] of [
      ['a', 200],
      ['a', 200],
      ['a', 429],
      ['b', 'none'],
    ]) {
      telemetry.happened('requestAnswered', { portal, status, seconds: 0.02 });
    }
    expect(await telemetry.count('requestAnswered')).toBe(4);
    expect(await telemetry.count('requestAnswered', { portal: 'a' })).toBe(3);
    expect(await telemetry.count('requestAnswered', { portal: 'a', status: '200' })).toBe(2);
    expect(await telemetry.count('callEnriched')).toBe(0);
    expect(await telemetry.labelValues('requestAnswered', 'status')).toEqual(['200', '429', 'none']);
  });

  it('feeds the histogram with the seconds', async () => {
    const { telemetry } = listen();
    telemetry.happened('requestAnswered', { portal: 'a', status: 200, seconds: 0.02 });
    const text = await telemetry.exposition();
    expect(text).toContain('callmatch_request_seconds_bucket{le="0.01",portal="a"} 0');
    expect(text).toContain('callmatch_request_seconds_bucket{le="0.025",portal="a"} 1');
    expect(text).toContain('callmatch_request_seconds_sum{portal="a"} 0.02');
  });

  it('writes nothing below the level, and nothing for what happens with every record', async () => {
    const { lines, telemetry } = listen('info');
    telemetry.happened('callSkipped', { reason: 'tombstone' });
    telemetry.happened('recordRead', { topic: 'calls.cdr' });
    expect(lines).toEqual([]);
    expect(await telemetry.count('callSkipped', { reason: 'tombstone' })).toBe(1);
    expect(await telemetry.count('recordRead')).toBe(1);
  });

  it('reads gauges when it is asked, and forgets what is gone', async () => {
    const { telemetry } = listen();
    let lag: Record<string, number> = { 0: 5, 1: 7 };
    telemetry.gauge('lag_records', () =>
      Object.entries(lag).map(([partition, value]) => ({ labels: { topic: 't', partition }, value })),
    );
    expect(await telemetry.exposition()).toContain('callmatch_lag_records{topic="t",partition="0"} 5');
    lag = { 1: 8 };
    const text = await telemetry.exposition();
    expect(text).not.toContain('partition="0"');
    expect(text).toContain('callmatch_lag_records{topic="t",partition="1"} 8');
  });
});

describe('the table of happenings', () => {
  const happenings: Happening[] = Object.values(HAPPENINGS);
  const meters = happenings.flatMap(({ counter, histogram }) => [counter ?? [], histogram ?? []].flat());

  it('has names in the form of Prometheus, each once', () => {
    for (const { counter, histogram } of happenings) {
      if (counter) expect(counter.name).toMatch(/^[a-z_]+_total$/);
      if (histogram) expect(histogram.name).toMatch(/^[a-z_]+_seconds$/);
    }
    const names = [...meters.map(({ name }) => name), ...Object.keys(GAUGES)];
    expect(new Set(names).size).toBe(names.length);
  });

  it('reports everything it names: a line, a metric or both', () => {
    for (const { level, counter } of happenings) expect(level !== 'off' || counter !== undefined).toBe(true);
  });
});
