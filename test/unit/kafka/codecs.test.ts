import fc from 'fast-check';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, installCodecs } from '../../../src/kafka/codecs.ts';

/** 222 bytes compressed by the Java classes that producers use (kafka-clients 4.1.1, `Compression.wrapForOutput`). */
const JAVA_TEXT = '+14155550123 called +14155550199 and '.repeat(6);
const BY_JAVA = {
  Snappy: 'glNOQVBQWQAAAAABAAAAAQAAACveAUwrMTQxNTU1NTAxMjMgY2FsbGVkIBkUEDk5IGFuLhEA/iUA/iUAuiUA',
  LZ4: 'BCJNGGBAgioAAAD2BSsxNDE1NTU1MDEyMyBjYWxsZWQgFABYOTkgYW4RAA8lAJdQIGFuZCAAAAAA',
  ZSTD: 'KLUv/QBYLAEAyCsxNDE1NTU1MDEyMyBjYWxsZWQgOTkgYW4DACykKECTa7dNJgEAAA==',
} as const;

const NAMES = ['Snappy', 'LZ4', 'ZSTD'] as const;

function installed(name: (typeof NAMES)[number]): Codec {
  return CompressionCodecs[CompressionTypes[name]]();
}

beforeAll(installCodecs);

describe.each(NAMES)('codec %s', (name) => {
  it('gives back what it was given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), async (bytes) => {
        const compressed = await installed(name).compress({ buffer: Buffer.from(bytes) });
        expect((await installed(name).decompress(compressed)).equals(bytes)).toBe(true);
      }),
    );
  });

  it('gives back several megabytes, compressible or not', async () => {
    const repetitive = Buffer.alloc(3_000_000, 'inbound call, ');
    const noise = Buffer.from(
      fc.sample(fc.uint8Array({ minLength: 1_500, maxLength: 1_500 }), 1_000).flatMap((b) => [...b]),
    );
    for (const bytes of [repetitive, noise]) {
      const compressed = await installed(name).compress({ buffer: bytes });
      expect((await installed(name).decompress(compressed)).equals(bytes)).toBe(true);
    }
  });

  it('reads what the Java client wrote', async () => {
    expect(String(await installed(name).decompress(Buffer.from(BY_JAVA[name], 'base64')))).toBe(JAVA_TEXT);
  });

  it('says which codec could not read a damaged batch, and works on after it', async () => {
    const damaged = Buffer.from('this was never compressed');
    await expect(installed(name).decompress(damaged)).rejects.toMatchObject({
      code: 'undecodable',
      message: expect.stringContaining(`25 bytes is not valid ${name.toLowerCase()}`),
    });
    const compressed = await installed(name).compress({ buffer: damaged });
    expect(await installed(name).decompress(compressed)).toEqual(damaged);
  });
});

it('is installed once however often it is asked for', () => {
  const before = NAMES.map(installed);
  installCodecs();
  expect(NAMES.map(installed)).toEqual(before);
});
