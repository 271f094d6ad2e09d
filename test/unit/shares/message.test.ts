import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage, toShare } from '../../../src/shares/message.ts';

const HEAD = { instance: 'a', n: 1, at: 1_700_000_000_000, term: 10_000 };
const ARCS = [{ from: 0.25, to: 1 / 3 }];

test('a message is read as it was written, to the last digit', () => {
  const portals = { main: { leases: { b: ARCS }, back: {} } };
  const message = decodeMessage(encodeMessage({ kind: 'leases', portals }, HEAD));
  expect(message).toMatchObject({ ...HEAD, v: 1, kind: 'leases' });
  if (message?.kind !== 'leases') throw new Error('another kind');
  expect(toShare(message.portals.main?.leases.b ?? [])).toEqual(ARCS);
});

test('the other kinds are read, too', () => {
  const live = { kind: 'live', seen: 7, serves: ['main'], busy: [] } as const;
  expect(decodeMessage(encodeMessage(live, HEAD))).toEqual({ ...live, ...HEAD, v: 1 });
  const backfill = { kind: 'backfill', seen: 7, wants: { main: 0.5 } } as const;
  expect(decodeMessage(encodeMessage(backfill, HEAD))).toEqual({ ...backfill, ...HEAD, v: 1 });
});

test.each([
  null,
  Buffer.from(''),
  Buffer.from('{'),
  Buffer.from(JSON.stringify({ ...HEAD, v: 2, kind: 'live', seen: 0, serves: [], busy: [] })),
  Buffer.from(JSON.stringify({ ...HEAD, v: 1, kind: 'something-new' })),
  Buffer.from(JSON.stringify({ ...HEAD, v: 1, kind: 'backfill', seen: 0, wants: { main: -1 } })),
])('what is not understood is ignored: %s', (value) => {
  expect(decodeMessage(value)).toBeUndefined();
});
