import { describe, expect, it } from 'vitest';
import type { Share } from '../../../src/hubspot/share.ts';
import { Ledger, SKEW_MS } from '../../../src/shares/ledger.ts';
import { decodeMessage, encodeMessage, type LeasesMessage } from '../../../src/shares/message.ts';

const SETTLE = 4_000;
const TERM = 10_000;
const WALL = 1_700_000_000_000;
const at = (now: number) => ({ now, wall: WALL + now });
const arc = (from: number, to: number): Share => [{ from, to }];

/** A message of an instance about the portal `main`. */
function said(
  instance: string,
  leases: Record<string, Share>,
  { back = {}, sent = 0 }: { back?: Record<string, Share>; sent?: number } = {},
): LeasesMessage {
  const head = { instance, n: 1, at: WALL + sent, term: TERM };
  const message = decodeMessage(encodeMessage({ kind: 'leases', portals: { main: { leases, back } } }, head));
  if (message?.kind !== 'leases') throw new Error('it cannot be read');
  return message;
}

const always = () => true;

describe('a lease', () => {
  it('ends for its holder before it does for others, by twice what clocks may differ and the time of a request', () => {
    const ledger = new Ledger(SETTLE);
    ledger.apply(said('live', { old: arc(0, 0.5) }), 0, at(0), always);
    const { share, until } = ledger.heldBy('main', 'old', 0);
    expect(share).toEqual(arc(0, 0.5));
    expect(until).toBe(TERM - SKEW_MS);
    expect(ledger.heldBy('main', 'old', until).share).toEqual([]);
    const over = TERM + SKEW_MS + SETTLE;
    expect(ledger.taken('main', over - 1)).toEqual(arc(0, 0.5));
    expect(ledger.taken('main', over)).toEqual([]);
    ledger.forget(over);
    expect([...ledger.portals]).toEqual([]);
  });

  it('that is read late ends no later for that', () => {
    const ledger = new Ledger(SETTLE);
    ledger.apply(said('live', { old: arc(0, 0.5) }), 0, at(6_000), always);
    expect(ledger.heldBy('main', 'old', 6_000).until).toBe(TERM - SKEW_MS);
  });

  it('of a writer whose clock is ahead by more than is allowed is not used, and kept off from', () => {
    const ledger = new Ledger(SETTLE);
    ledger.apply(said('live', { old: arc(0, 0.5) }, { sent: SKEW_MS + 1 }), 0, at(0), always);
    expect(ledger.heldBy('main', 'old', 0).share).toEqual([]);
    expect(ledger.taken('main', 0)).toEqual(arc(0, 0.5));
  });

  it('is renewed, and what is not mentioned runs out', () => {
    const ledger = new Ledger(SETTLE);
    ledger.apply(said('live', { old: arc(0, 0.5) }), 0, at(0), always);
    ledger.apply(said('live', { old: arc(0, 0.25) }, { sent: 5_000 }), 1, at(5_000), always);
    expect(ledger.heldBy('main', 'old', 5_000).share).toEqual(arc(0, 0.5));
    expect(ledger.heldBy('main', 'old', TERM).share).toEqual(arc(0, 0.25));
  });

  it('belongs to who came first', () => {
    const ledger = new Ledger(SETTLE);
    ledger.apply(said('one', { one: arc(0, 0.6) }), 0, at(0), always);
    ledger.apply(said('two', { two: arc(0.4, 1) }), 1, at(0), always);
    expect(ledger.heldBy('main', 'two', 0).share).toEqual(arc(0.6, 1));
    expect(ledger.heldByOthers('main', 'one', 0)).toEqual(arc(0.6, 1));
  });

  it('may be held to what its holder had', () => {
    const ledger = new Ledger(SETTLE);
    ledger.apply(said('old', { old: arc(0, 0.2) }), 0, at(0), always);
    ledger.apply(said('old', { old: arc(0, 1) }), 1, at(0), () => false);
    expect(ledger.heldBy('main', 'old', 0).share).toEqual(arc(0, 0.2));
  });
});

describe('what is taken back', () => {
  it('is not held any more, and free when its term is over, or soon after its holder has read of it', () => {
    const ledger = new Ledger(SETTLE);
    ledger.apply(said('live', { old: arc(0, 0.5) }), 0, at(0), always);
    ledger.apply(said('live', {}, { back: { old: arc(0.25, 0.5) } }), 1, at(100), always);
    expect(ledger.heldBy('main', 'old', 100).share).toEqual(arc(0, 0.25));
    expect(ledger.leases('main', 100)).toEqual(new Map([['old', arc(0, 0.25)]]));
    ledger.seen('old', 1, WALL + 200, at(200));
    expect(ledger.taken('main', TERM)).toEqual(arc(0, 0.5));
    ledger.seen('old', 2, WALL + 300, at(300));
    expect(ledger.taken('main', 300 + SKEW_MS + SETTLE)).toEqual(arc(0, 0.25));
  });

  it('is free soon when the holder itself says so, or has left', () => {
    for (const end of ['back', 'left'] as const) {
      const ledger = new Ledger(SETTLE);
      ledger.apply(said('old', { old: arc(0, 1) }), 0, at(0), always);
      if (end === 'back') ledger.apply(said('old', {}, { back: { old: arc(0, 1) } }), 1, at(0), always);
      else ledger.left('old', WALL, at(0));
      expect(ledger.heldBy('main', 'old', 0).share).toEqual([]);
      expect(ledger.taken('main', SKEW_MS + SETTLE - 1)).toEqual(arc(0, 1));
      expect(ledger.taken('main', SKEW_MS + SETTLE)).toEqual([]);
    }
  });
});
