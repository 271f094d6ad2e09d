/** What rules are compiled to. Pure. */

import type { RecordHeaders } from '../format/framing.ts';
import { decodeLenient } from '../format/text.ts';

/** What Kafka says of a record. */
export interface Surroundings {
  /** Timestamp of the Kafka record, epoch milliseconds; 0 or less when it has none. */
  readonly recordTime: number;
  readonly topic?: string | undefined;
  readonly key?: Uint8Array | string | null | undefined;
  readonly headers?: RecordHeaders | undefined;
}

/** What is around the record that a rule reads from. */
export interface Origin extends Surroundings {
  /** The whole record: before `unwrap`, and before a list in it gave its items. */
  readonly whole: unknown;
  /** Decodes what was read of `whole`; absent when it is as it should be. Never throws. */
  readonly decode?: ((value: unknown) => unknown) | undefined;
}

/**
 * Reads something of a record; undefined when it is not there. Throws `invalid-field` where an expression (`jsonata`) in
 * it fails, and nothing else.
 */
export type Reader = (record: unknown, origin: Origin) => unknown;

/** Whether something holds of a record. Throws as a reader does. */
export type Condition = (record: unknown, origin: Origin) => boolean;

/** The last one where a header stands several times: a producer that sets it again means to replace it. */
export function headerOf({ headers }: Surroundings, name: string): string | undefined {
  const value = headers !== undefined && Object.hasOwn(headers, name) ? headers[name] : undefined;
  return textOfBytes(typeof value === 'object' && !(value instanceof Uint8Array) ? value.at(-1) : value);
}

export function textOfBytes(value: Uint8Array | string | null | undefined): string | undefined {
  return value instanceof Uint8Array ? decodeLenient(value) : (value ?? undefined);
}
