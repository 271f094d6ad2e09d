import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { committedMessages } from '../../../src/kafka/committed-messages.ts';
import type { AbortedTransaction } from '../../../src/kafka/fetch-response.ts';
import type { DecodedMessage } from '../../../src/kafka/record-set.ts';

const message = (offset: number, batch?: Partial<DecodedMessage['batchContext']>, isControlRecord = false) => ({
  offset: String(offset),
  key: Buffer.from([0, 0, 0, 0]),
  value: null,
  isControlRecord,
  batchContext: { producerId: '-1', inTransaction: false, ...batch },
});

/** What producers did, one after the other; a transaction begins with a producer's first write after its last one. */
type Step = { readonly producer: string; readonly act: 'write' | 'write outside' | 'commit' | 'abort' };

/** The log that a broker makes of it, what it tells with it, and what may be seen: the model. */
function logOf(steps: readonly Step[]) {
  const messages: DecodedMessage[] = [];
  const aborted: (AbortedTransaction & { readonly end: number })[] = [];
  const visible: number[] = [];
  const open = new Map<string, number[]>();
  const ended = [...steps, ...['1', '2', '3'].map((producer): Step => ({ producer, act: 'abort' }))];
  for (const { producer, act } of ended) {
    const offset = messages.length;
    const written = open.get(producer) ?? [];
    if (act === 'write outside') {
      messages.push(message(offset, { producerId: producer }));
      visible.push(offset);
    } else if (act === 'write') {
      messages.push(message(offset, { producerId: producer, inTransaction: true }));
      open.set(producer, [...written, offset]);
    } else if (written.length > 0) {
      messages.push(message(offset, { producerId: producer, inTransaction: true }, true));
      open.delete(producer);
      if (act === 'commit') visible.push(...written);
      else aborted.push({ producerId: producer, firstOffset: String(written[0]), end: offset });
    }
  }
  return { messages, aborted, visible: visible.sort((a, b) => a - b) };
}

describe('committedMessages', () => {
  it('hides exactly what was aborted and the markers, wherever the reading begins', () => {
    const step = fc.record({
      producer: fc.constantFrom('1', '2', '3'),
      act: fc.constantFrom<Step['act'][]>('write', 'write', 'write outside', 'commit', 'abort'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(40), (steps, from) => {
        const { messages, aborted, visible } = logOf(steps);
        // A broker tells of the transactions that reach into what it sends, in the order in which they ended.
        const told = aborted.filter(({ end }) => end >= from);
        const seen = committedMessages(messages.slice(from), told).map(({ offset }) => Number(offset));
        expect(seen).toEqual(visible.filter((offset) => offset >= from));
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows messages from before there were transactions', () => {
    const old: DecodedMessage = { offset: '3', key: null, value: null };
    expect(committedMessages([old], [{ producerId: '1', firstOffset: '2' }])).toEqual([old]);
  });
});
