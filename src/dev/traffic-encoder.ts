/** Traffic as the bytes that a producer writes. */
import { readFile } from 'node:fs/promises';
import avro from 'avsc';
import type { TrafficValue } from './traffic-record.ts';

export type EncodeTraffic = (value: TrafficValue) => Buffer | null;

/** An id that no registry has given out yet. */
const UNKNOWN_SCHEMA_ID = 0x7fff_fff0;
/** Bytes that a cut record loses. */
const CUT = 9;

const CANONICAL_SCHEMA = new URL('../../schemas/call-detail-record.avsc', import.meta.url);

/** @param schemaId id of the canonical schema in the registry */
export async function createCanonicalEncoder(schemaId: number): Promise<EncodeTraffic> {
  const schema = await readFile(CANONICAL_SCHEMA, 'utf8');
  const type = avro.Type.forSchema(JSON.parse(schema));
  const frame = (id: number, payload: Buffer) => {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(id, 1);
    return Buffer.concat([head, payload]);
  };
  return (value) => {
    switch (value.kind) {
      case 'avro':
        return frame(schemaId, type.toBuffer(value.record));
      case 'cut-avro':
        return frame(schemaId, type.toBuffer(value.record)).subarray(0, -CUT);
      case 'unknown-schema':
        return frame(UNKNOWN_SCHEMA_ID, Buffer.from('whatever'));
      case 'text':
        return Buffer.from(value.text);
      case 'tombstone':
        return null;
    }
  };
}
