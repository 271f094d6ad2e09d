/**
 * The compression codecs that kafkajs lacks: it ships gzip only, and a consumer that meets another codec crashes
 * for good. The topic's producers choose the codec, so all four of Kafka's must be readable.
 */
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { lz4Compress, lz4Decompress } from '@platformatic/wasm-utils';
import kafkajs from 'kafkajs';
import { CallmatchError, messageOf } from '../errors.ts';
import { compressSnappy, decompressSnappy } from './snappy-framing.ts';

// Not by name: Node finds only some of the exports of this CommonJS module.
const { CompressionCodecs, CompressionTypes } = kafkajs;

/** A codec as kafkajs calls it: it compresses what its encoder has written so far. */
export interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(data: Buffer): Promise<Buffer>;
}

/** Bytes in, bytes out; may throw anything. */
type Transform = (data: Buffer) => Buffer | Promise<Buffer>;

function codec(name: string, compress: Transform, decompress: Transform): Codec {
  return {
    async compress(encoder) {
      return compress(encoder.buffer);
    },
    async decompress(data) {
      try {
        return await decompress(data);
      } catch (error) {
        // The WebAssembly codecs fail with a bare "unreachable": say what was unreadable.
        throw new CallmatchError(
          'undecodable',
          `a record batch of ${data.length} bytes is not valid ${name}: ${messageOf(error)}`,
          { cause: error },
        );
      }
    },
  };
}

const snappy = codec('snappy', compressSnappy, decompressSnappy);
// The standard frame format with independent blocks, the only kind that the Java client reads.
const lz4 = codec('lz4', lz4Compress, lz4Decompress);
const zstd = codec('zstd', promisify(zstdCompress), promisify(zstdDecompress));

/**
 * Teaches kafkajs snappy, lz4 and zstd, for reading and for writing. kafkajs looks codecs up in one table per process,
 * so once is enough; calling it again changes nothing.
 */
export function installCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}
