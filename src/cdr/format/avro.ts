/** Avro payloads to records, one prepared reader per writer schema. Pure. */
import avro, { type Schema, type Type } from 'avsc';
import { messageOf } from '../../errors.ts';
import { createBoundedCache } from '../bounded-cache.ts';
import { type Decoded, undecodable } from '../decoded.ts';
import { Cursor, compileWalk } from './avro-bounds.ts';
import { exactLong } from './avro-long.ts';

/** Reads the payload that begins at `start`. */
type ReadPayload = (value: Uint8Array, start: number) => Decoded;

export interface AvroDecoder {
  /** The prepared reader of a writer schema, if `prepare` was called for it. */
  get(schemaId: number | string): ReadPayload | undefined;
  /** Makes the reader of a writer schema. One that cannot be read gives a reader that fails with `unreadable-schema`. */
  prepare(schemaId: number | string, schema: string): ReadPayload;
}

/** Producers have a handful of schema versions. */
const MOST_WRITERS = 1_000;

/** @param readerSchema Schema that records are resolved to; undefined reads them as they were written. */
export function createAvroDecoder(readerSchema: string | undefined): AvroDecoder {
  const readers = createBoundedCache<number | string, ReadPayload>(MOST_WRITERS);
  return {
    get: readers.get,
    prepare(schemaId, schema) {
      const reader = readerOf(schema, readerSchema);
      readers.set(schemaId, reader);
      return reader;
    },
  };
}

function readerOf(writerSchema: string, readerSchema: string | undefined): ReadPayload {
  let decode: Decode;
  try {
    decode = compile(writerSchema, readerSchema, asIs);
  } catch (error) {
    const message = `the writer schema cannot be read: ${messageOf(error)}`;
    return () => ({ kind: 'failure', code: 'unreadable-schema', message });
  }
  let exact: Decode | undefined;

  return (value, start) => {
    const bytes = value instanceof Buffer ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    try {
      return decode(bytes, start);
    } catch (error) {
      // A long beyond 2^53 (nanoseconds, hashes) makes avsc throw. Then all values of this writer are read exactly.
      exact ??= compile(writerSchema, readerSchema, withExactLongs);
      try {
        const decoded = exact(bytes, start);
        decode = exact;
        return decoded;
      } catch {
        return undecodable(messageOf(error));
      }
    }
  };
}

/** Gives the type to use for a piece of a schema; undefined for avsc's own. */
type TypeHook = (schema: Schema) => Type | undefined;

const asIs: TypeHook = () => undefined;

/** A long is written `"long"`, or as an object with a logical type. */
const withExactLongs: TypeHook = (schema) => {
  const name = typeof schema === 'object' && 'type' in schema ? schema.type : schema;
  return name === 'long' ? exactLong : undefined;
};

type Decode = (bytes: Buffer, start: number) => Decoded;

/** Throws when a schema is no Avro schema or the two do not fit; the result throws when the bytes do not fit. */
function compile(writerSchema: string, readerSchema: string | undefined, typeHook: TypeHook): Decode {
  const parse = (schema: string) => avro.Type.forSchema(JSON.parse(schema), { typeHook });
  const writer = parse(writerSchema);
  const reader = readerSchema === undefined ? writer : parse(readerSchema);
  const resolver = reader === writer ? undefined : reader.createResolver(writer);
  const walk = compileWalk(writer);

  return (bytes, start) => {
    if (walk !== undefined) {
      const cursor = new Cursor(bytes, start);
      walk(cursor);
      if (cursor.position < bytes.length) return undecodable('bytes follow the Avro record');
    }
    const { value: record, offset } = reader.decode(bytes, start, resolver);
    if (offset < 0) return undecodable('the Avro record is cut off');
    if (offset < bytes.length) return undecodable('bytes follow the Avro record');
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      return undecodable('the Avro value is no record');
    }
    return { kind: 'record', record, format: 'avro' };
  };
}
