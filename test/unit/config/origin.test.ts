import { expect, test } from 'vitest';
import { nearestOrigin, type Origin, originAt, originText } from '../../../src/config/origin.ts';

const inFile = (line: number): Origin => ({ from: 'file', file: 'callmatch.yaml', line, column: 3 });
const origins = new Map([
  ['kafka', inFile(1)],
  ['kafka.groupId', inFile(2)],
  ['kafka.tls', { from: 'environment', variable: 'CALLMATCH_KAFKA__TLS' } as const],
]);
const input = { kafka: { groupId: 'a', tls: { ca: 'x' } } };

test('a value has its own origin', () => {
  expect(originAt(origins, input, ['kafka', 'groupId'])).toEqual(inFile(2));
});

test('a value that came with its whole section has the origin of the section', () => {
  expect(originText(originAt(origins, input, ['kafka', 'tls', 'ca']))).toBe('CALLMATCH_KAFKA__TLS');
});

test('a value that nobody wrote is a default, also in a section that somebody wrote', () => {
  expect(originAt(origins, input, ['kafka', 'clientId'])).toEqual({ from: 'default' });
  expect(nearestOrigin(origins, ['kafka', 'clientId'])).toEqual(inFile(1));
  expect(nearestOrigin(origins, ['http', 'port'])).toBeUndefined();
});

test('origins in words', () => {
  expect(originText(inFile(7))).toBe('callmatch.yaml:7:3');
  expect(originText({ from: 'environment', variable: 'X_FILE', file: '/run/x' })).toBe('X_FILE (/run/x)');
  expect(originText({ from: 'flag', flag: '--set kafka.brokers' })).toBe('--set kafka.brokers');
  expect(originText({ from: 'default' })).toBe('default');
});
