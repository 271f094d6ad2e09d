import { expect, it } from 'vitest';
import { recentCalls } from '../../../src/overview/recent-calls.ts';
import { MemoryReader } from '../../support/memory-reader.ts';
import { codec, outcome } from '../../support/outcome-world.ts';

it('counts the newest calls, and the records that they are spread over', async () => {
  const reader = new MemoryReader({ t: 1 });
  const partition = { topic: 't', partition: 0 };
  for (let offset = 0; offset < 3_000; offset += 2) reader.append(partition, outcome({ offset }));
  reader.append(partition, outcome({ offset: 3_000 }, { outcome: 'skipped', reason: 'withheld' }));
  reader.append(partition, { value: Buffer.from('something else') });
  const { records, callsByPortal } = await recentCalls('t', reader, codec);
  expect([...callsByPortal]).toEqual([['main', 998]]);
  expect(records).toBe(3_001 - 2 * (1_500 - 998));
});

it('knows nothing where nothing was published', async () => {
  const recent = await recentCalls('t', new MemoryReader({ t: 2 }), codec);
  expect(recent).toEqual({ records: 0, callsByPortal: new Map() });
});
