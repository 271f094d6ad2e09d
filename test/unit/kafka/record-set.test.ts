import { createRequire } from 'node:module';
import fc from 'fast-check';
import { CompressionTypes } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { installCodecs } from '../../../src/kafka/codecs.ts';
import { decodeRecordSet, recordDecoders } from '../../../src/kafka/record-set.ts';
import { batchBytes } from '../../support/log-bytes.ts';

installCodecs();
const kafkajs = createRequire(import.meta.url);
const encodeMessageSet = kafkajs('kafkajs/src/protocol/messageSet');
const decoders = recordDecoders();

async function decode(bytes: Buffer, from: number) {
  const { messages, next } = await decodeRecordSet(bytes, from, decoders);
  for (const { offset, value } of messages) expect(String(value)).toBe(offset);
  return { offsets: messages.map(({ offset }) => Number(offset)), next };
}

describe('decodeRecordSet', () => {
  it('gives the records of all whole batches, and where they end, however many records are gone', async () => {
    const compression = fc.constantFrom(...Object.values(CompressionTypes).filter((type) => typeof type === 'number'));
    const batch = fc.integer({ min: 1, max: 5 }).chain((length) =>
      fc.record({
        length: fc.constant(length),
        kept: fc.subarray(Array.from({ length }, (_, delta) => delta)),
        compression,
      }),
    );
    const scene = fc.record({ batches: fc.array(batch, { maxLength: 6 }), from: fc.nat(20), cutOff: fc.nat(60) });
    await fc.assert(
      fc.asyncProperty(scene, async ({ batches, from, cutOff }) => {
        const ends = batches.map((_, index) =>
          batches.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0),
        );
        const first = (index: number) => ends[index - 1] ?? 0;
        const encoded = await Promise.all(batches.map((each, index) => batchBytes({ ...each, first: first(index) })));
        const tail = await batchBytes({ first: 1_000, length: 3 });
        const { offsets, next } = await decode(Buffer.concat([...encoded, tail.subarray(0, cutOff)]), from);
        const wanted = batches.flatMap(({ kept }, index) =>
          (ends[index] ?? 0) > from ? kept.map((delta) => first(index) + delta) : [],
        );
        expect(offsets).toEqual(wanted);
        expect(next).toBe(Math.max(from, ends.at(-1) ?? 0));
      }),
      { numRuns: 300 },
    );
  });

  it('takes a batch of more records than a call can have arguments', async () => {
    const records = Array.from({ length: 200_000 }, () => ({ offset: '7', key: null, value: null }));
    const bytes = await batchBytes({ first: 7, length: 200_000, kept: [] });
    const { messages, next } = await decodeRecordSet(bytes, 7, { ...decoders, batch: async () => ({ records }) });
    expect(messages).toHaveLength(200_000);
    expect(next).toBe(200_007);
  });

  it('reads the format from before there were batches', async () => {
    const entries = [
      { key: null, value: 'one' },
      { key: null, value: 'two' },
    ];
    const bytes: Buffer = encodeMessageSet({ messageVersion: 1, entries }).buffer;
    const { messages, next } = await decodeRecordSet(bytes, 1, decoders);
    expect(messages.map(({ offset, value }) => [offset, String(value)])).toEqual([['1', 'two']]);
    expect(next).toBe(2);
  });
});

it.each([
  ['no decoders', () => undefined],
  ['other decoders', () => class {}],
])('refuses a kafkajs with %s', (_, load) => {
  expect(() => recordDecoders(load)).toThrow(expect.objectContaining({ code: 'dependency-missing' }));
});
