import { expect, test } from 'vitest';
import type { Clock } from '../../../src/clock.ts';
import { createProgress, type ProgressOptions } from '../../../src/command/progress.ts';

const CLEAR = '\r\u001b[K';

function setUp(options: { terminal: boolean; silent?: boolean; columns?: number }) {
  let now = 0;
  let text = '';
  const clock: Clock = { wall: () => now, now: () => now, after: () => () => {} };
  const stream: ProgressOptions['stream'] = {
    isTTY: options.terminal,
    columns: options.columns ?? 80,
    write: (chunk) => {
      text += chunk;
    },
  };
  const progress = createProgress({ stream, clock, silent: options.silent ?? false });
  const wait = (ms: number) => {
    now += ms;
  };
  return { progress, wait, written: () => text };
}

test('a terminal shows it on one line, rewritten at most ten times a second, and clean at the end', () => {
  const { progress, wait, written } = setUp({ terminal: true });
  progress.update('1');
  progress.update('2');
  wait(100);
  progress.update('3');
  progress.done();
  expect(written()).toBe(`${CLEAR}1${CLEAR}3${CLEAR}`);
});

test('a step is a line that stays', () => {
  const { progress, written } = setUp({ terminal: true });
  progress.update('1');
  progress.step('Broker is up.');
  expect(written()).toBe(`${CLEAR}1${CLEAR}Broker is up.\n`);
});

test('a long text does not wrap', () => {
  const { progress, written } = setUp({ terminal: true, columns: 10 });
  progress.update('0123456789');
  expect(written()).toBe(`${CLEAR}012345678`);
});

test('a log file gets a plain line now and then, and the last one', () => {
  const { progress, wait, written } = setUp({ terminal: false });
  progress.update('1');
  wait(9_999);
  progress.update('2');
  wait(1);
  progress.update('3');
  progress.update('4');
  progress.done();
  progress.done();
  expect(written()).toBe('1\n3\n4\n');
});

test.each([true, false])('silent is silent (terminal: %s)', (terminal) => {
  const { progress, written } = setUp({ terminal, silent: true });
  progress.step('a');
  progress.update('b');
  progress.done();
  expect(written()).toBe('');
});
