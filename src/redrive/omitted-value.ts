/** The bytes that a dead letter stands for. Of one that was too large they stand in the source topic only. */
import { createHash } from 'node:crypto';
import type { OpenLetter } from '../dead-letters/letter-log.ts';
import type { Headers } from '../kafka/delivery.ts';
import type { RangeReader, ReadRecord } from '../kafka/range-reader.ts';
import { ownHeaders } from '../outcome/dead-letter.ts';

export type LetterBytes =
  | { readonly kind: 'bytes'; readonly value: Buffer | null; readonly headers: Headers }
  /** `why` is said to people. */
  | { readonly kind: 'gone'; readonly why: string };

/** @param record the letter as it stands in its topic. Rejects as `RangeReader.read` does. */
export async function bytesOfLetter(
  letter: OpenLetter,
  { value, headers }: ReadRecord,
  reader: Pick<RangeReader, 'read'>,
  signal: AbortSignal,
): Promise<LetterBytes> {
  if (!letter.isValueOmitted) return { kind: 'bytes', value, headers };
  const { offset } = letter.source;
  let found: ReadRecord | undefined;
  const onRecord = (record: ReadRecord) => {
    found = record;
  };
  await reader.read(letter.source, { from: offset, to: offset + 1 }, onRecord, signal);
  // Assigned in the callback, which the compiler does not see.
  const original = found as ReadRecord | undefined;
  if (original?.offset !== offset || original.value === null) return { kind: 'gone', why: 'source-deleted' };
  const sha256 = createHash('sha256').update(original.value).digest('hex');
  if (sha256 !== ownHeaders(headers)['value-sha256']) return { kind: 'gone', why: 'source-changed' };
  // The smallest form of a letter has lost its headers and its key as well.
  const key = original.key === null ? {} : { 'callmatch.source-key': original.key };
  return { kind: 'bytes', value: original.value, headers: { ...original.headers, ...headers, ...key } };
}
