import { expect, it } from 'vitest';
import { failure, undecodable } from '../../../src/cdr/decoded.ts';

it('says why a value was not decoded', () => {
  expect(failure('unknown-schema', 'none')).toEqual({ kind: 'failure', code: 'unknown-schema', message: 'none' });
  expect(undecodable('cut off')).toEqual({ kind: 'failure', code: 'undecodable', message: 'cut off' });
});
