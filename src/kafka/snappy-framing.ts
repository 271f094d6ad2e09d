/**
 * Snappy as Kafka clients write it. The Java client does not write one Snappy block but the stream format of
 * snappy-java (Xerial): a header, then chunks that are blocks of their own, each behind its length. Others write one
 * raw block. Both are read; the Java format is written, because every client reads it.
 * Source: SnappyCodec and SnappyOutputStream of xerial/snappy-java.
 */
import { snappyCompress, snappyDecompress } from '@platformatic/wasm-utils';

/** Magic bytes of snappy-java. */
const MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1');
/** Magic, then the format's version and the oldest version that can read it, both 1, as 32-bit big-endian. */
const HEADER = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
/** Bytes per chunk before compression: the default of snappy-java. */
const CHUNK_SIZE = 32 * 1024;
const LENGTH_SIZE = 4;

/** Compresses into the stream format of snappy-java. */
export function compressSnappy(data: Buffer): Buffer {
  const parts: Buffer[] = [HEADER];
  for (let start = 0; start < data.length; start += CHUNK_SIZE) {
    const chunk = snappyCompress(data.subarray(start, start + CHUNK_SIZE));
    const length = Buffer.alloc(LENGTH_SIZE);
    length.writeUInt32BE(chunk.length);
    parts.push(length, chunk);
  }
  return Buffer.concat(parts);
}

/** Decompresses a raw block or the stream format of snappy-java. Throws when the data is neither. */
export function decompressSnappy(data: Buffer): Buffer {
  if (!data.subarray(0, MAGIC.length).equals(MAGIC)) {
    return snappyDecompress(data);
  }
  const parts: Buffer[] = [];
  let at = HEADER.length;
  while (at < data.length) {
    const start = at + LENGTH_SIZE;
    // A length that is cut off makes this throw; a chunk that is cut off, the decompression.
    const end = start + data.readUInt32BE(at);
    parts.push(snappyDecompress(data.subarray(start, end)));
    at = end;
  }
  return Buffer.concat(parts);
}
