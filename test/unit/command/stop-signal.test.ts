import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { CommandEnd } from '../../../src/command/exit-code.ts';
import { listenForStop } from '../../../src/command/stop-signal.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test.each(['SIGTERM', 'SIGINT'])('the first %s asks to stop', (name) => {
  const source = new EventEmitter();
  using stop = listenForStop(source);
  expect(stop.signal.aborted).toBe(false);
  source.emit(name);
  expect(stop.signal.aborted).toBe(true);
});

test('the second one, of either kind, ends the process', () => {
  const source = new EventEmitter();
  const clock = new ManualClock();
  using stop = listenForStop(source, clock);
  source.emit('SIGINT');
  clock.advance(250);
  expect(() => source.emit('SIGTERM')).toThrow(CommandEnd);
  expect(stop.signal.aborted).toBe(true);
});

test('a Ctrl-C that npm passes on as well is one signal', () => {
  const source = new EventEmitter();
  const clock = new ManualClock();
  using stop = listenForStop(source, clock);
  source.emit('SIGINT');
  clock.advance(249);
  source.emit('SIGINT');
  expect(stop.signal.aborted).toBe(true);
});

test('afterwards nobody listens', () => {
  const source = new EventEmitter();
  listenForStop(source)[Symbol.dispose]();
  expect(source.eventNames()).toEqual([]);
});
