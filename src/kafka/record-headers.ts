/**
 * Cures how kafkajs 2.2.4 reads the headers of a record. It copies all that it has for each further one: 20,000 in one
 * record of 150 kB took 137 s, in which the process did nothing else, and was expelled. It takes names of Object
 * (`toString`, `__proto__`) for headers it has met, so that a function stands among their values. And it reads a header
 * without a value as null, which it cannot write again. It has no option for this, so the one method is replaced that
 * it calls for headers and nothing else.
 */
import type { Headers } from './delivery.ts';
import { kafkajsPrototype } from './kafkajs-class.ts';

const NO_VALUE = Buffer.alloc(0);
/** Most records have none. */
const NO_HEADERS = { reduce: () => ({}) };

/** The part of kafkajs's decoder that is needed here. */
export interface Decoder {
  readVarInt(): number;
  /** @param read Reads one header. Its caller folds what it gets with `reduce`, and uses it for nothing else. */
  readVarIntArray(read: (decoder: Decoder) => RecordHeader): { reduce(): Headers };
}

export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

function readVarIntArray(this: Decoder, read: (decoder: Decoder) => RecordHeader): { reduce(): Headers } {
  const count = this.readVarInt();
  if (count === 0) return NO_HEADERS;
  const headers = new Map<string, Buffer | Buffer[]>();
  for (let left = count; left > 0; left -= 1) {
    const { key, value } = read(this);
    const earlier = headers.get(key);
    if (earlier === undefined) headers.set(key, value ?? NO_VALUE);
    else if (Array.isArray(earlier)) earlier.push(value ?? NO_VALUE);
    else headers.set(key, [earlier, value ?? NO_VALUE]);
  }
  // Makes `__proto__` a property like any other, which an assignment would not.
  return { reduce: () => Object.fromEntries(headers) };
}

/** kafkajs's class of decoders. Throws `dependency-missing` when this kafkajs has none of that shape. */
export function decoderPrototype(): Decoder {
  return kafkajsPrototype('protocol/decoder', ['readVarInt', 'readVarIntArray']);
}

/** Replaces the method for everything that this process reads. Doing it twice changes nothing. */
export function cureRecordHeaders(prototype: Decoder = decoderPrototype()): void {
  prototype.readVarIntArray = readVarIntArray;
}
