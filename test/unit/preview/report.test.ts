import { describe, expect, it } from 'vitest';
import { previewReport } from '../../../src/preview/report.ts';
import { Tally } from '../../../src/preview/tally.ts';
import { previewFindings } from '../../support/preview-findings.ts';

const text = async (changes = {}) => previewReport(await previewFindings(changes)).join('\n');

describe('the report of a preview', () => {
  it('says what was read, what becomes of it and how long it takes', async () => {
    expect(await text()).toMatchInlineSnapshot(`
      "trial, 1 partition: 253 records, 253 ends
      written 2026-01-15T12:00:00.000Z to 2026-01-15T12:01:40.000Z, 2.5 records a second

      Ends
              250  enriched
                1  skipped duplicate
                1  skipped withheld
                1  buried unusable-number
        Repeats are known again among the last 100,000 calls.

      Status of the calls to submit
              250  COMPLETED

      Callers
              251  FIXED_LINE CH
                1  withheld

      Numbers called
              252  FIXED_LINE CH

      Time at the quota
              250  main: 21 s, at 110 per 10 s; they came at 2.5 a second, 11 can go
        For one instance with the whole quota, one request a call, and no other app.

      Examples
        enriched
          trial/0@0  main, id call-0, from +413******79, to +413******00, COMPLETED
        skipped duplicate
          trial/0@250  main, id call-0, from +413******79, to +413******00, COMPLETED
        skipped withheld
          trial/0@251  main, id x, from withheld, to +413******00, COMPLETED
        buried unusable-number
          trial/0@252  main, id y, from: "12****78" has no country code, and the source has no defaultCountry"
    `);
  });

  it('shows full numbers when that is asked for, and none else', async () => {
    expect(await text()).not.toContain('+41315550179');
    expect(await text({ reveal: true })).toContain('from +41315550179');
  });

  it('says that it was stopped', async () => {
    expect(await text({ complete: false })).toContain('Stopped before the end of the range');
  });

  it('knows portals without a quota', async () => {
    expect(await text({ portals: { main: { quota: 'none' } } })).toContain('main: no quota is set');
  });

  it('is short where there is nothing', async () => {
    const stretches = [{ topic: 'calls', partition: 0, from: 7, to: 7 }];
    expect(await text({ tally: new Tally(1, () => undefined), stretches })).toBe(
      'calls, 1 partition: 0 records, 0 ends',
    );
  });

  it('tells portals apart where there are several, and shortens long lists', async () => {
    const { tally } = await previewFindings();
    const [end] = tally.ends();
    const ends = Array.from({ length: 20 }, (_, n) => ({
      outcome: 'enriched' as const,
      reason: undefined,
      portal: `p${n}`,
      count: 2,
    }));
    expect(end?.portal).toBe('main');
    Object.assign(tally, { ends: () => ends });
    const lines = await text({ tally });
    expect(lines).toContain('         40  enriched\n            2  p0');
    expect(lines).toContain('16  8 more, see --json');
  });
});
