import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createKnownSecrets } from '../../../src/ops/known-secrets.ts';
import { createLogger, type LogDestination, type LogSettings } from '../../../src/ops/logger.ts';

function capture(terminal = false): { destination: LogDestination; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, callback) {
      chunks.push(String(chunk));
      callback();
    },
  });
  const destination = Object.assign(stream, { isTTY: terminal, hasColors: () => false });
  return { destination, text: () => chunks.join('') };
}

function logged(
  settings: Partial<LogSettings>,
  write: (log: ReturnType<typeof createLogger>) => void,
  terminal = false,
) {
  const { destination, text } = capture(terminal);
  const secrets = createKnownSecrets('********');
  secrets.add(['geheim-1']);
  write(createLogger({ level: 'info', format: 'auto', ...settings }, { destination, secrets }));
  return text();
}

test('elsewhere than on a terminal, a line is JSON with time, level, message and fields', () => {
  const line = logged({}, (log) => log.warn({ portal: 'main' }, 'portal paused'));
  expect(JSON.parse(line)).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    portal: 'main',
    msg: 'portal paused',
  });
});

test('on a terminal it is made for people, unless JSON is asked for', () => {
  const write = (log: ReturnType<typeof createLogger>) => log.info({ portal: 'main' }, 'portal active');
  expect(logged({}, write, true)).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: portal active \{"portal":"main"\}\n$/);
  expect(JSON.parse(logged({ format: 'json' }, write, true))).toMatchObject({ portal: 'main' });
  expect(logged({ format: 'pretty' }, write)).toContain('INFO: portal active');
});

test('lines below the level are left out', () => {
  const all = (log: ReturnType<typeof createLogger>) => {
    log.debug('a');
    log.info('b');
    log.error('c');
  };
  expect(logged({ level: 'error' }, all).trim().split('\n')).toHaveLength(1);
  expect(logged({ level: 'silent' }, all)).toBe('');
});

test.each(['json', 'pretty'] as const)('no secret and no phone number gets into a line (%s)', (format) => {
  const text = logged({ format }, (log) => {
    log.info({ token: 'field-secret', headers: { authorization: 'field-secret' } }, 'a known secret: geheim-1');
    log.error({ err: new Error('refused geheim-1', { cause: new Error('Bearer abc123def456') }) }, 'call +41791234567');
    log.child({ from: '+41791234567' }).info('in a child');
  });
  expect(text).not.toMatch(/geheim-1|field-secret|abc123def456|41791234567/);
  expect(text).toContain('+41*******67');
});
