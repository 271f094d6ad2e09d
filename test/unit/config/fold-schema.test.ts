import { expect, it } from 'vitest';
import { fold } from '../../../src/config/fold-schema.ts';

it('gives a call half a minute, and bounds what is held of it', () => {
  expect(fold.parse({})).toEqual({ idle: 30_000, late: 600_000, maxParts: 100, maxBytes: 4_194_304, maxOpen: 20_000 });
  expect(fold.safeParse({ maxParts: 1 }).success).toBe(false);
});
