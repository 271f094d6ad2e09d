import { expect, test } from 'vitest';
import type { KafkaAdmin } from '../../../src/kafka/client.ts';
import { placeOf } from '../../../src/offsets/place.ts';
import type { OffsetTarget } from '../../../src/offsets/target.ts';

const ENDS = { partition: 1, start: 20, end: 50 };

/** Only what is asked: an admin client cannot be made without a broker. */
const admin = {
  fetchTopicOffsetsByTimestamp: async (topic: string, time: number) =>
    topic === 'calls' && time === 1_000 ? [{ partition: 1, offset: '33' }] : [],
} as unknown as KafkaAdmin;

test.each<[OffsetTarget, number]>([
  [{ kind: 'earliest' }, 20],
  [{ kind: 'latest' }, 50],
  [{ kind: 'offset', offset: 7 }, 7],
  [{ kind: 'time', time: 1_000 }, 33],
  [{ kind: 'time', time: 2_000 }, 50],
])('%o stands at %i', async (target, offset) => {
  expect((await placeOf(admin, 'calls', target))(ENDS)).toBe(offset);
});
