/** A record as kafkajs hands it over, and how it is kept. */
import type { Headers } from './delivery.ts';

/** A record as the client hands it over; its buffers are slices of a whole fetch response. */
export interface FetchedRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** The parts of a record that are kept while it is in work. */
export type RecordBytes = Pick<FetchedRecord, 'key' | 'value' | 'headers'>;

/** Most records have none. */
const NO_HEADERS: Headers = Object.freeze({});

/** A copy: a slice would keep the whole fetch response, up to megabytes, alive as long as the record is. */
export function copyOfBytes({ key, value, headers }: RecordBytes): RecordBytes {
  return { key: key && Buffer.from(key), value: value && Buffer.from(value), headers: copyOf(headers) };
}

function copyOf(headers: Headers): Headers {
  const entries = Object.entries(headers);
  if (entries.length === 0) return NO_HEADERS;
  const copies = entries.map(
    ([name, value]) => [name, Array.isArray(value) ? value.map(copyOfOne) : value && copyOfOne(value)] as const,
  );
  // Not by assignment: a header may be called `__proto__`.
  return Object.fromEntries(copies);
}

function copyOfOne(value: Buffer | string): Buffer | string {
  return typeof value === 'string' ? value : Buffer.from(value);
}

/** Bytes of key, value and headers. */
export function sizeOf({ key, value, headers }: FetchedRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header = ''] of Object.entries(headers)) {
    for (const one of [header].flat()) bytes += name.length + one.length;
  }
  return bytes;
}
