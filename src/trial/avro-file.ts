/**
 * Avro object container files (`.avro`): the values in it, as they would stand in Kafka behind a schema id. Read here,
 * because avsc only gives the values decoded, and then they would not go through the service's own decoder.
 * Source: Avro specification 1.11, object container files.
 */
import { inflateRawSync } from 'node:zlib';
import avro, { type Schema } from 'avsc';
import { exactLong } from '../cdr/format/avro-long.ts';
import { CallmatchError, messageOf } from '../errors.ts';

const MAGIC = 'Obj\u0001';
const SYNC_BYTES = 16;
const META = avro.Type.forSchema({ type: 'map', values: 'bytes' });
const LONG = avro.Type.forSchema('long');

export interface AvroFile {
  /** Of the writer, in JSON. */
  readonly schema: string;
  /** Each in Avro's binary encoding, without a frame. */
  readonly values: readonly Buffer[];
}

export function isAvroFile(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).toString('latin1') === MAGIC;
}

/** Throws `input-invalid` when the file is cut off, or compressed with anything but deflate. */
export function readAvroFile(bytes: Buffer): AvroFile {
  try {
    return read(bytes);
  } catch (error) {
    throw new CallmatchError('input-invalid', `the Avro file cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function read(bytes: Buffer): AvroFile {
  const meta = step(META, bytes, MAGIC.length);
  const schema = String(meta.value['avro.schema']);
  const decompress = decompressor(String(meta.value['avro.codec'] ?? 'null'));
  const type = avro.Type.forSchema(JSON.parse(schema), { typeHook: exactLongs });
  const values: Buffer[] = [];
  let at = meta.end + SYNC_BYTES;
  while (at < bytes.length) {
    const count = step(LONG, bytes, at);
    const size = step(LONG, bytes, count.end);
    at = size.end + size.value + SYNC_BYTES;
    if (at > bytes.length) throw new RangeError('it is cut off');
    const block = decompress(bytes.subarray(size.end, size.end + size.value));
    let start = 0;
    for (let index = 0; index < count.value; index += 1) {
      const { end } = step(type, block, start);
      values.push(block.subarray(start, end));
      start = end;
    }
  }
  return { schema, values };
}

/** avsc types what it decodes as anything. */
function step(type: avro.Type, bytes: Buffer, at: number) {
  const { value, offset } = type.decode(bytes, at);
  if (offset < 0) throw new RangeError('it is cut off');
  return { value, end: offset };
}

function decompressor(codec: string): (block: Buffer) => Buffer {
  if (codec === 'null') return (block) => block;
  if (codec === 'deflate') return inflateRawSync;
  throw new RangeError(`it is compressed with ${codec}; only deflate, or none, is read`);
}

/** Reading does not fail at numbers beyond 2^53. */
function exactLongs(schema: Schema): avro.Type | undefined {
  const name = typeof schema === 'object' && 'type' in schema ? schema.type : schema;
  return name === 'long' ? exactLong : undefined;
}
