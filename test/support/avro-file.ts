/** An Avro object container file, written by avsc. */
import { buffer } from 'node:stream/consumers';
import avro, { type Schema } from 'avsc';

export async function avroFile(schema: Schema, records: readonly object[], codec = 'null'): Promise<Buffer> {
  const encoder = new avro.streams.BlockEncoder(schema, { codec });
  const written = buffer(encoder);
  for (const record of records) encoder.write(record);
  encoder.end();
  return written;
}
