import { describe, expect, it } from 'vitest';
import { wait } from '../../../src/clock.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('ManualClock', () => {
  it('runs due tasks in the order of their times, equal ones in the order of their setting', () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    clock.after(20, () => ran.push('b'));
    clock.after(10, () => ran.push('a'));
    clock.after(20, () => ran.push('c'));
    clock.after(21, () => ran.push('late'));
    clock.advance(20);
    expect(ran).toEqual(['a', 'b', 'c']);
    expect(clock.pending).toBe(1);
  });

  it('shows a task the time it was due at, and runs what it sets within the span', () => {
    const clock = new ManualClock();
    const seen: number[] = [];
    clock.after(10, () => {
      seen.push(clock.now());
      clock.after(5, () => seen.push(clock.now()));
    });
    clock.advance(100);
    expect(seen).toEqual([10, 15]);
    expect(clock.now()).toBe(100);
  });

  it('lets promises go on between two tasks with elapse', async () => {
    const clock = new ManualClock();
    const twice = wait(clock, 10)
      .then(() => wait(clock, 10))
      .then(() => clock.now());
    await clock.elapse(25);
    expect(await twice).toBe(20);
  });

  it('keeps now going while the wall clock steps back', () => {
    const clock = new ManualClock(1_000_000);
    clock.advance(50);
    expect(clock.wall()).toBe(1_000_050);
    clock.setWall(990_000);
    clock.advance(50);
    expect(clock.wall()).toBe(990_050);
    expect(clock.now()).toBe(100);
  });

  it('runs late what fell due while it lagged', () => {
    const clock = new ManualClock();
    const seen: number[] = [];
    clock.after(10, () => seen.push(clock.now()));
    clock.lag(50);
    expect(seen).toEqual([]);
    clock.advance(0);
    expect(seen).toEqual([50]);
  });

  it('goes from task to task', () => {
    const clock = new ManualClock();
    clock.after(7, () => {});
    expect([clock.runNext(), clock.now(), clock.runNext()]).toEqual([true, 7, false]);
  });

  it('forgets what was cancelled', () => {
    const clock = new ManualClock();
    clock.after(1, () => {
      throw new Error('must not run');
    })();
    clock.advance(10);
    expect(clock.pending).toBe(0);
  });
});
