/** A Kafka value to a record. Synchronous, so that records are decoded and mapped in offset order. Pure. */
import { type Decoded, type Format, failure, undecodable } from './decoded.ts';
import { type AvroDecoder, createAvroDecoder } from './format/avro.ts';
import { type CsvLayout, decodeCsv } from './format/csv.ts';
import { decodeForm, looksLikeForm } from './format/form.ts';
import { type Framing, looksFramed, type RecordHeaders, readFraming } from './format/framing.ts';
import { decodeJson } from './format/json.ts';
import { decodeLenient } from './format/text.ts';

/** A schema as the registry has it; `schemaType` is `AVRO`, `PROTOBUF` or `JSON`. */
export interface WriterSchema {
  readonly schemaType: string;
  readonly schema: string;
}

export interface DecoderOptions {
  /** What the values are; `auto` goes by the first bytes. */
  readonly format: 'auto' | Format;
  /** What `auto` chooses among, from the mapping; undefined: Avro, JSON, and CSV where there is a layout of it. */
  readonly formats?: readonly Format[] | undefined;
  /** The schemas known so far: undefined when one has not been loaded, `unknown` when the registry does not have it. */
  readonly schemas: { get(id: number | string): WriterSchema | 'unknown' | undefined };
  /** How CSV is written, from the mapping; undefined when the mapping reads none. */
  readonly csv: CsvLayout | undefined;
  /** Avro schema that Avro values are resolved to; undefined reads them with the schema of their writer. */
  readonly readerSchema?: string | undefined;
}

export interface Decoder {
  /** Never throws: what cannot be decoded is a `failure` with the code it is buried with. */
  decode(value: Uint8Array | null, headers: RecordHeaders): Decoded;
}

export function createDecoder(options: DecoderOptions): Decoder {
  const { csv, formats } = options;
  const [only, ...others] = formats ?? [];
  const format = options.format === 'auto' && only !== undefined && others.length === 0 ? only : options.format;
  const avro = createAvroDecoder(options.readerSchema);
  const reads = (each: Format) => formats?.includes(each) ?? (each !== 'form' && (each !== 'csv' || csv !== undefined));

  const decodeText = (value: Uint8Array, as: Exclude<Format, 'avro'>): Decoded => {
    if (as === 'json') return decodeJson(value);
    if (as === 'form') return decodeForm(value);
    return csv === undefined ? undecodable('the mapping has no CSV columns') : decodeCsv(value, csv);
  };

  const decodeAny = (value: Uint8Array, framing: Framing | undefined): Decoded => {
    if (framing !== undefined) return decodeFramed(value, framing, avro, options.schemas);
    if (format === 'avro' || looksFramed(value)) return undecodable('the value has no schema id, or is cut off');
    if (reads('json') && beginsLikeJson(value)) return decodeJson(value);
    if (reads('form') && (!reads('csv') || beginsLikeForm(value))) return decodeForm(value);
    if (reads('csv')) return decodeText(value, 'csv');
    return undecodable('the value is neither framed Avro nor JSON, and the mapping has no CSV columns');
  };

  return {
    decode(value, headers) {
      if (value === null) return { kind: 'tombstone' };
      if (value.length === 0) return undecodable('the value is empty');
      if (format === 'auto' || format === 'avro') return decodeAny(value, readFraming(value, headers));
      if (!looksFramed(value)) return decodeText(value, format);
      return undecodable(`the value begins like one with a schema id, but its source is set to ${format}`);
    },
  };
}

/** Protobuf and JSON Schema have the same framing as Avro: only the registry knows which it is. */
function decodeFramed(
  value: Uint8Array,
  framing: Framing,
  avro: AvroDecoder,
  schemas: DecoderOptions['schemas'],
): Decoded {
  const { schemaId, start } = framing;
  const reader = avro.get(schemaId);
  if (reader !== undefined) return reader(value, start);

  const writer = schemas.get(schemaId);
  if (writer === undefined) return { kind: 'schema-needed', id: schemaId };
  if (writer === 'unknown') return failure('unknown-schema', `the registry has no schema ${schemaId}`);
  switch (writer.schemaType) {
    case 'AVRO':
      return avro.prepare(schemaId, writer.schema)(value, start);
    case 'PROTOBUF':
      return failure('framed-protobuf', `schema ${schemaId} is Protobuf`);
    case 'JSON':
      // With the id in a header nothing stands before the payload: it is plain JSON.
      return start === 0 ? decodeJson(value) : failure('framed-json-schema', `schema ${schemaId} is JSON Schema`);
    default:
      return failure('unreadable-schema', `schema ${schemaId} is of the unknown type ${writer.schemaType}`);
  }
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const BLANKS: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Whether the first visible byte is `{`, or `[` of a batch. */
function beginsLikeJson(value: Uint8Array): boolean {
  let at = BYTE_ORDER_MARK.every((byte, index) => value[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  while (BLANKS.has(value[at])) at += 1;
  return value[at] === 0x7b || value[at] === 0x5b;
}

/** A first field with a name: in 200 bytes there is its end. */
function beginsLikeForm(value: Uint8Array): boolean {
  return looksLikeForm(decodeLenient(value.subarray(0, 200)).trimStart());
}
