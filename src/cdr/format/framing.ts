/** How a value says which schema it was written with. Source: Confluent wire format; header form: Confluent 8.1. Pure. */

/** Header values as the Kafka client gives them. */
export type RecordHeaders = Readonly<
  Record<string, Uint8Array | string | readonly (Uint8Array | string)[] | undefined>
>;

export interface Framing {
  /** Schema id (number), or GUID (text) where the id came in a header. */
  readonly schemaId: number | string;
  /** Where the payload begins in the value. */
  readonly start: number;
}

const SCHEMA_HEADER = '__value_schema_id';
const ID_MAGIC = 0;
const GUID_MAGIC = 1;
const ID_BYTES = 5;
const GUID_BYTES = 17;

/** Whether the value begins like one in Confluent framing; a text never begins with a zero byte. */
export function looksFramed(value: Uint8Array): boolean {
  return value[0] === ID_MAGIC;
}

/** The framing of a value: the header's, else the prefix's; undefined when it has neither. */
export function readFraming(value: Uint8Array, headers: RecordHeaders): Framing | undefined {
  const header = headers[SCHEMA_HEADER];
  const schemaId = header instanceof Uint8Array ? readSchemaId(header) : undefined;
  if (schemaId !== undefined) return { schemaId, start: 0 };
  if (!looksFramed(value) || value.length < ID_BYTES) return undefined;
  return { schemaId: readId(value), start: ID_BYTES };
}

function readSchemaId(header: Uint8Array): number | string | undefined {
  if (header[0] === ID_MAGIC && header.length === ID_BYTES) return readId(header);
  if (header[0] !== GUID_MAGIC || header.length !== GUID_BYTES) return undefined;
  const digits = Array.from(header.subarray(1), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function readId(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
}
