import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTimeZone, type Overlap } from '../../../src/cdr/time-zone.ts';

const wall = (text: string) => Date.parse(`${text}Z`);
const instant = (zone: string, text: string, overlap?: Overlap) => {
  const found = createTimeZone(zone, overlap).instantOf(wall(text));
  return found === undefined ? undefined : new Date(found).toISOString();
};

describe('createTimeZone', () => {
  it('knows summer and winter time', () => {
    expect(instant('Europe/Zurich', '2025-01-15T10:30:00')).toBe('2025-01-15T09:30:00.000Z');
    expect(instant('Europe/Zurich', '2025-07-15T10:30:00')).toBe('2025-07-15T08:30:00.000Z');
    expect(instant('Asia/Kathmandu', '2025-07-15T10:30:00')).toBe('2025-07-15T04:45:00.000Z');
  });

  it('takes the earlier of two hours with the same name, or the later if told so', () => {
    expect(instant('Europe/Zurich', '2025-10-26T02:30:00')).toBe('2025-10-26T00:30:00.000Z');
    expect(instant('Europe/Zurich', '2025-10-26T02:30:00', 'later')).toBe('2025-10-26T01:30:00.000Z');
    expect(instant('Europe/Zurich', '2025-10-26T03:00:00', 'later')).toBe('2025-10-26T02:00:00.000Z');
  });

  it('moves a time that the clock skips on by the gap', () => {
    expect(instant('Europe/Zurich', '2025-03-30T02:30:00')).toBe('2025-03-30T01:30:00.000Z');
    expect(instant('Australia/Lord_Howe', '2025-10-05T02:15:00')).toBe('2025-10-04T15:45:00.000Z');
  });

  it('refuses a time that is shown twice or never, if told so', () => {
    expect(instant('Europe/Zurich', '2025-10-26T02:30:00', 'refuse')).toBeUndefined();
    expect(instant('Europe/Zurich', '2025-03-30T02:30:00', 'refuse')).toBeUndefined();
    expect(instant('Europe/Zurich', '2025-10-26T01:59:59', 'refuse')).toBe('2025-10-25T23:59:59.000Z');
    expect(instant('Europe/Zurich', '2025-03-30T03:00:00', 'refuse')).toBe('2025-03-30T01:00:00.000Z');
  });

  it('takes a fixed offset for a zone', () => {
    expect(instant('+05:45', '2025-07-15T10:30:00')).toBe('2025-07-15T04:45:00.000Z');
    expect(instant('UTC', '2025-07-15T10:30:00')).toBe('2025-07-15T10:30:00.000Z');
  });

  it('refuses a zone that there is not', () => {
    expect(() => createTimeZone('Mars/One')).toThrow(RangeError);
  });

  it('agrees with what clocks of the zone show, in every zone at every time since 2000', () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const times = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2037, 0, 1) / 1000 });
    fc.assert(
      fc.property(zones, times, fc.constantFrom<Overlap>('earlier', 'later'), (zone, seconds, overlap) => {
        const clock = clockOf(zone);
        const shown = clock(seconds * 1000);
        const found = createTimeZone(zone, overlap).instantOf(shown);
        // At the end of summer time another instant may show the same time; it has to be the one that was asked for.
        if (found === undefined) throw new Error('refused');
        expect(clock(found)).toBe(shown);
        // What is not shown twice is the same for everyone.
        const other = createTimeZone(zone, overlap === 'earlier' ? 'later' : 'earlier').instantOf(shown);
        expect(createTimeZone(zone, 'refuse').instantOf(shown)).toBe(other === found ? found : undefined);
        if (overlap === 'earlier') expect(found).toBeLessThanOrEqual(seconds * 1000);
        else expect(found).toBeGreaterThanOrEqual(seconds * 1000);
      }),
      { numRuns: 300 },
    );
  });
});

/** What a clock of the zone shows at an instant, as if it were UTC; by other means than the code under test. */
function clockOf(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return (at) => Date.parse(`${format.format(at).replace(' ', 'T')}Z`);
}
