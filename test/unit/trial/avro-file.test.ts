import avro, { type Schema } from 'avsc';
import { describe, expect, it } from 'vitest';
import { isAvroFile, readAvroFile } from '../../../src/trial/avro-file.ts';
import { avroFile } from '../../support/avro-file.ts';

const SCHEMA: Schema = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
};
const RECORDS = Array.from({ length: 3_000 }, (_, index) => ({ id: `call-${index}`, at: index }));

describe('an Avro file', () => {
  it.each(['null', 'deflate'])('gives its values and their schema, with the codec %s', async (codec) => {
    const { schema, values } = readAvroFile(await avroFile(SCHEMA, RECORDS, codec));
    const type = avro.Type.forSchema(JSON.parse(schema));
    expect(values.map((value) => ({ ...type.fromBuffer(value) }))).toEqual(RECORDS);
  });

  it('keeps numbers beyond 2^53', async () => {
    const bytes = await avroFile(
      { type: 'record', name: 'R', fields: [{ name: 'at', type: 'double' }] },
      [{ at: 1 }],
      'null',
    );
    // The schema says long, and so do the bytes: eight of 255 and one of 1 are a varint of 9 bytes.
    const long = Buffer.from(bytes.toString('latin1').replace('"double"', '"long"  '), 'latin1');
    const value = Buffer.from([255, 255, 255, 255, 255, 255, 255, 1]);
    expect(readAvroFile(Buffer.from(replaced(long, value))).values).toEqual([value]);
  });

  it('is known by its first bytes', async () => {
    expect(isAvroFile(await avroFile(SCHEMA, RECORDS.slice(0, 1)))).toBe(true);
    expect(isAvroFile(Buffer.from('Object'))).toBe(false);
  });

  it('is refused when it is cut off anywhere', async () => {
    const bytes = await avroFile(SCHEMA, RECORDS.slice(0, 3), 'null');
    for (const length of [4, 30, bytes.length - 20, bytes.length - 1]) {
      expect(() => readAvroFile(bytes.subarray(0, length))).toThrow(/the Avro file cannot be read/);
    }
  });

  it('is refused when it is compressed with something else', async () => {
    const bytes = await avroFile(SCHEMA, RECORDS.slice(0, 3), 'null');
    const text = bytes.toString('latin1').replace('avro.codec\u0008null', 'avro.codec\u0008zstd');
    expect(() => readAvroFile(Buffer.from(text, 'latin1'))).toThrow(/compressed with zstd/);
  });
});

/** The file with another value of eight bytes in its only block. */
function replaced(file: Buffer, value: Buffer): Buffer {
  return Buffer.concat([file.subarray(0, -16 - 8), value, file.subarray(-16)]);
}
