/** Settings of how records of one call are gathered, for sources whose mapping folds. */
import { z } from 'zod';
import { duration } from './scalar.ts';

export const fold = z.strictObject({
  idle: duration('30s').describe(
    'A call is over when no record of it came for this long, counted in record times while its partition is behind. Mappings can set their own.',
  ),
  late: duration('10m').describe(
    'A record that comes within this time after its call is over is counted and left out; a later one begins a call anew.',
  ),
  maxParts: z
    .int()
    .min(2)
    .max(1_000)
    .default(100)
    .describe('Most records of one call; the call is over with the last.'),
  maxBytes: z.int().min(1_024).default(4_194_304).describe('Bytes of records of one call with which it is over.'),
  maxOpen: z
    .int()
    .min(1)
    .default(20_000)
    .describe('Most open calls of a partition; one more ends the one that had no record for the longest time.'),
});
