/**
 * What of a fetched piece of a log may be seen: no markers, and nothing of aborted transactions. kafkajs has a filter
 * too (consumer/filterAbortedMessages.js), but it takes the aborted transactions to come in the order of their
 * beginnings. A broker sends them in the order of their ends, and then it lets through what was aborted. Pure.
 */
import type { AbortedTransaction } from './fetch-response.ts';
import type { DecodedMessage } from './record-set.ts';

/**
 * @param messages all of an answer, in the order of their offsets, also those below the offset that was asked for
 * @param aborted transactions with records between them, in any order
 */
export function committedMessages(
  messages: readonly DecodedMessage[],
  aborted: readonly AbortedTransaction[],
): readonly DecodedMessage[] {
  const beginnings = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, offset: Number(firstOffset) }))
    .sort((a, b) => b.offset - a.offset);
  /** Producers whose current transaction ends with an abort. A producer has one transaction at a time. */
  const aborting = new Set<string>();
  return messages.filter(({ offset, isControlRecord = false, batchContext }) => {
    for (let next = beginnings.at(-1); next !== undefined && next.offset <= Number(offset); next = beginnings.at(-1)) {
      aborting.add(next.producerId);
      beginnings.pop();
    }
    if (batchContext === undefined) return true;
    const { producerId, inTransaction } = batchContext;
    if (isControlRecord) aborting.delete(producerId);
    return !isControlRecord && !(inTransaction && aborting.has(producerId));
  });
}
