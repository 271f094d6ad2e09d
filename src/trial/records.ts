/** Files of records as a trial takes them: in the order of the files, with the place of each for people. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { CallmatchError, messageOf } from '../errors.ts';
import type { SourceBytes } from '../outcome/dead-letter.ts';
import { isAvroFile, readAvroFile } from './avro-file.ts';
import { type Division, divide } from './input.ts';
import type { FileSchemas } from './trial-schemas.ts';

export interface PlacedRecord {
  readonly source: SourceBytes;
  /** `calls.jsonl:3`, or `calls.json, record 2` where there are no lines. */
  readonly place: string;
}

/** All of a Kafka record but its value and its offset. */
export type RecordFrame = Omit<SourceBytes, 'value' | 'offset'>;

/** Name of the standard input. */
const STDIN = '-';

/** The bytes of a file, or of the standard input for `-`. Throws `input-invalid`. */
export async function readInput(file: string): Promise<Buffer> {
  if (file === STDIN) return buffer(process.stdin);
  try {
    return await readFile(file);
  } catch (error) {
    throw new CallmatchError('input-invalid', `${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** The records of one file. Throws `input-invalid` when there is none, or for a broken Avro file. */
export function recordsOf(
  file: string,
  bytes: Buffer,
  division: Division,
  frame: RecordFrame,
  schemas: FileSchemas,
): PlacedRecord[] {
  const name = file === STDIN ? 'stdin' : file;
  const values = isAvroFile(bytes) ? avroValues(bytes, schemas) : divide(bytes, division);
  if (values.length === 0) throw new CallmatchError('input-invalid', `${name}: there is no record in it`);
  return values.map(({ value, line }, offset) => {
    const place = line === undefined ? `${name}, record ${offset + 1}` : `${name}:${line}`;
    return { source: { ...frame, value, offset }, place: values.length === 1 ? name : place };
  });
}

function avroValues(bytes: Buffer, schemas: FileSchemas): { value: Buffer; line?: undefined }[] {
  const { schema, values } = readAvroFile(bytes);
  return values.map((value) => ({ value: schemas.frame(schema, value) }));
}
