import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../src/kafka/codecs.ts';
import { type Cluster, connectCluster } from '../support/cluster.ts';
import { javaConsume, javaProduce } from '../support/java-client.ts';

const CODECS = [
  ['gzip', CompressionTypes.GZIP],
  ['snappy', CompressionTypes.Snappy],
  ['lz4', CompressionTypes.LZ4],
  ['zstd', CompressionTypes.ZSTD],
] as const;

/** Together more than a megabyte, which compresses to less than the broker's limit of one. */
const LINES = Array.from({ length: 14_000 }, (_, call) => {
  const caller = 4_155_550_000 + ((call * 7919) % 10_000);
  return `{"callId":"${call.toString(16).padStart(12, '0')}","from":"+1${caller}","to":"+14155550199","status":"COMPLETED"}`;
});
const MEGABYTE = 1024 * 1024;

describe.each(CODECS)('%s', (name, type) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await connectCluster();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  it('written by the Java producer is read', async () => {
    const topic = await cluster.createTopic(`java-${name}`);
    await javaProduce(topic, LINES, name);
    using decompressed = watchDecompression(type);
    const records = await cluster.consume(topic, LINES.length);
    expect(records.map(({ value }) => String(value))).toEqual(LINES);
    // Else the producer would not have compressed, or not in large blocks, and the test would prove nothing.
    expect(Math.max(...decompressed.sizes)).toBeGreaterThan(MEGABYTE);
  });

  it('written by us is read by the Java consumer', async () => {
    const topic = await cluster.createTopic(`kafkajs-${name}`);
    await cluster.produce(
      topic,
      LINES.map((value) => ({ value })),
      type,
    );
    expect(await javaConsume(topic, LINES.length)).toEqual(LINES);
    using decompressed = watchDecompression(type);
    await cluster.consume(topic, LINES.length);
    expect(Math.max(...decompressed.sizes)).toBeGreaterThan(MEGABYTE);
  });
});

/** Notes the size of every block that the codec decompresses, until it is disposed. */
function watchDecompression(type: (typeof CODECS)[number][1]): Disposable & { readonly sizes: number[] } {
  const original = CompressionCodecs[type];
  const codec: Codec = original();
  const sizes: number[] = [];
  CompressionCodecs[type] = () => ({
    ...codec,
    async decompress(data: Buffer) {
      const bytes = await codec.decompress(data);
      sizes.push(bytes.length);
      return bytes;
    },
  });
  return {
    sizes,
    [Symbol.dispose]() {
      CompressionCodecs[type] = original;
    },
  };
}
