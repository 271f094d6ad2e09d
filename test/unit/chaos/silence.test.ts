import { describe, expect, it } from 'vitest';
import { Silence } from '../../chaos/silence.ts';

describe('Silence', () => {
  it('is the longest wait of a partition in which nothing ended', () => {
    const silence = new Silence();
    silence.observe(0, 0, { records: 10, ended: 0 });
    silence.observe(0, 1, { records: 10, ended: 10 });
    silence.observe(900, 0, { records: 20, ended: 0 });
    silence.observe(1_000, 0, { records: 20, ended: 5 });
    expect(silence.longest).toBe(1_000);
    silence.observe(1_500, 0, { records: 20, ended: 5 });
    silence.observe(1_600, 0, { records: 30, ended: 6 });
    expect(silence.longest).toBe(1_000);
    silence.observe(2_700, 0, { records: 30, ended: 6 });
    expect(silence.longest).toBe(1_100);
  });

  it('is not the time in which there is nothing to do', () => {
    const silence = new Silence();
    silence.observe(0, 0, { records: 5, ended: 5 });
    silence.observe(60_000, 0, { records: 5, ended: 5 });
    silence.observe(60_250, 0, { records: 6, ended: 5 });
    silence.observe(60_500, 0, { records: 6, ended: 6 });
    expect(silence.longest).toBe(500);
  });
});
