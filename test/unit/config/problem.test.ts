import { expect, test } from 'vitest';
import { configInvalid, problemLine } from '../../../src/config/problem.ts';

test('a line says the place, the mistake and the origin', () => {
  const origin = { from: 'file', file: 'callmatch.yaml', line: 3, column: 7 } as const;
  const problem = { place: 'kafka.brokers[0]', text: 'expected host:port, got "localhost"', origin };
  expect(problemLine(problem)).toBe('kafka.brokers[0]: expected host:port, got "localhost" (callmatch.yaml:3:7)');
  expect(problemLine({ place: '', text: 'not valid YAML' })).toBe('not valid YAML');
});

test('the error lists all of them, and counts them', () => {
  const error = configInvalid(
    [
      { place: 'a', text: 'x' },
      { place: 'b', text: 'y' },
    ],
    'A note.',
  );
  expect(error.code).toBe('config-invalid');
  expect(error.message).toBe('The configuration has 2 mistakes:\n  a: x\n  b: y\nA note.');
  expect(configInvalid([{ place: 'a', text: 'x' }]).message).toBe('The configuration has a mistake:\n  a: x');
});
