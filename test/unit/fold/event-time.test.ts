import { describe, expect, it } from 'vitest';
import { EventTime } from '../../../src/fold/event-time.ts';

function timeOf(...times: number[]): EventTime {
  const time = new EventTime();
  for (const one of times) time.see(one);
  return time;
}

describe('the time of a partition', () => {
  it('is unknown before five records have told one', () => {
    expect(timeOf(1, 2, 3, 4).now).toBe(Number.NEGATIVE_INFINITY);
    expect(timeOf(1, 2, 3, 4, 0, -1).now).toBe(Number.NEGATIVE_INFINITY);
    expect(timeOf(1, 2, 3, 4, 5).now).toBe(1);
  });

  it('moves when five in a row say so', () => {
    expect(timeOf(1, 1, 1, 1, 1, 9, 9, 9, 9).now).toBe(1);
    expect(timeOf(1, 1, 1, 1, 1, 9, 9, 9, 9, 8).now).toBe(8);
  });

  it('is not moved by a record that is ahead, and does not step back', () => {
    expect(timeOf(1, 1, 1, 1, 1, 1_000, 2, 2, 2, 2, 2).now).toBe(2);
    expect(timeOf(7, 7, 7, 7, 7, 1, 1, 1, 1, 1).now).toBe(7);
  });
});
