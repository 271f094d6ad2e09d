import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { waitingFor } from '../../src/abort.ts';
import { systemClock, wait, within } from '../../src/clock.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('systemClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs a task once, after its time', () => {
    const task = vi.fn();
    systemClock.after(100, task);
    vi.advanceTimersByTime(99);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(task).toHaveBeenCalledTimes(1);
  });

  it('runs nothing that was cancelled', () => {
    const task = vi.fn();
    systemClock.after(100, task)();
    vi.advanceTimersByTime(1_000);
    expect(task).not.toHaveBeenCalled();
  });

  it('does not fire at once for a time that is longer than a Node timer can be', () => {
    const task = vi.fn();
    const cancel = systemClock.after(2 ** 40, task);
    vi.advanceTimersByTime(86_400_000);
    expect(task).not.toHaveBeenCalled();
    cancel();
  });

  it('takes a time in the past for now', () => {
    const task = vi.fn();
    systemClock.after(-5, task);
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledTimes(1);
  });
});

describe('wait', () => {
  it('resolves after the time, and not before', async () => {
    const clock = new ManualClock();
    const done = vi.fn();
    void wait(clock, 500).then(done);
    await clock.elapse(499);
    expect(done).not.toHaveBeenCalled();
    await clock.elapse(1);
    expect(done).toHaveBeenCalled();
  });

  it('rejects with the reason when the signal aborts, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const waiting = wait(clock, 500, stop.signal);
    const reason = new Error('stopped');
    stop.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });

  it('rejects at once when the signal has aborted already', async () => {
    const clock = new ManualClock();
    await expect(wait(clock, 500, AbortSignal.abort('gone'))).rejects.toBe('gone');
    expect(clock.pending).toBe(0);
  });

  it('leaves nothing on a signal that outlives it', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const waiting = wait(clock, 1, signal);
    expect(waitingFor(signal)).toBe(1);
    clock.advance(1);
    await waiting;
    expect(waitingFor(signal)).toBe(0);
  });
});

describe('within', () => {
  it('gives what comes in time, and leaves no timer', async () => {
    const clock = new ManualClock();
    await expect(within(clock, 100, Promise.resolve('here'))).resolves.toBe('here');
    expect(clock.pending).toBe(0);
  });

  it('rejects when it takes too long', async () => {
    const clock = new ManualClock();
    const late = within(clock, 100, new Promise(() => {}));
    clock.advance(100);
    await expect(late).rejects.toThrow('no end within 100 ms');
  });
});
