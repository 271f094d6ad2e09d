import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, type Statement } from '../../../src/shares/message.ts';
import { View } from '../../../src/shares/view.ts';

const WALL = 1_700_000_000_000;
const TERM = 10_000;

/** A backfill's view, and what others say to it. */
function backfillView() {
  const view = new View('me', 'backfill', 4_000);
  let offset = 0;
  const numbers = new Map<string, number>();
  const say = (instance: string, statement: Statement, { now = 0, n = 0, term = TERM } = {}) => {
    const number = n || (numbers.get(instance) ?? 0) + 1;
    numbers.set(instance, number);
    const message = decodeMessage(encodeMessage(statement, { instance, n: number, at: WALL + now, term }));
    if (message !== undefined) view.apply(message, offset, { now, wall: WALL + now });
    offset += 1;
  };
  const live = (serves: string[], seen: number): Statement => ({ kind: 'live', serves, seen, busy: serves });
  const wants: Statement = { kind: 'backfill', seen: 0, wants: { main: 1 } };
  return { view, say, live, wants };
}

describe('a view', () => {
  it('knows a live process that serves the portal, until its term has ended', () => {
    const { view, say, live, wants } = backfillView();
    say('me', wants);
    expect(view.isLiveAbout('main', 0)).toBe(false);
    say('live', live(['main'], 1));
    expect(view.isLiveAbout('main', TERM)).toBe(true);
    expect(view.isLiveAbout('main', TERM + 1_000)).toBe(false);
  });

  it('waits for the word of a live process that has not read yet what is wanted', () => {
    const { view, say, live, wants } = backfillView();
    say('live', live([], 0));
    say('me', wants);
    expect(view.standing('main', 0)).toEqual(['main', true, true]);
    say('live', live([], 2));
    expect(view.standing('main', 0)).toEqual(['main', true, false]);
  });

  it('takes a claim of our own behind the word of a live process for none, and keeps what was claimed before it', () => {
    const { view, say, live, wants } = backfillView();
    const claim = (from: number): Statement => ({
      kind: 'leases',
      portals: { main: { leases: { me: [{ from, to: 1 }] }, back: {} } },
    });
    say('me', wants);
    say('me', claim(0.75));
    say('live', live(['main'], 2));
    say('me', claim(0));
    expect(view.ledger.heldBy('main', 'me', 0).share).toEqual([{ from: 0.75, to: 1 }]);
  });

  it('forgets who has left', () => {
    const { view, say, live, wants } = backfillView();
    say('me', wants);
    say('live', live(['main'], 1));
    say('live', live([], 1), { term: 0 });
    expect(view.isLiveAbout('main', 0)).toBe(false);
  });

  it('takes no notice of a message that comes twice', () => {
    const { view, say, wants } = backfillView();
    say('other', wants, { n: 5 });
    say('other', { kind: 'backfill', seen: 0, wants: {} }, { n: 6 });
    say('other', wants, { n: 5 });
    expect(view.wanted(0)).toEqual(new Map());
    expect(view.isWanted(0)).toBe(true);
  });

  it('lists what is wanted with the weights of all who want it', () => {
    const { view, say, wants } = backfillView();
    say('me', wants);
    say('other', { kind: 'backfill', seen: 0, wants: { main: 0.5, second: 1 } });
    expect(view.wanted(0)).toEqual(
      new Map([
        ['main', new Map(Object.entries({ me: 1, other: 0.5 }))],
        ['second', new Map([['other', 1]])],
      ]),
    );
    view.forget(TERM + 1_000);
    expect(view.isWanted(TERM + 1_000)).toBe(false);
  });

  it('knows which portals another live process has calls for', () => {
    const { view, say, live } = backfillView();
    say('live', live(['main'], 0));
    expect(view.isBusyElsewhere('main', 0)).toBe(true);
    expect(view.isBusyElsewhere('second', 0)).toBe(false);
  });
});
