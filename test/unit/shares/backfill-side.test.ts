import { describe, expect, it } from 'vitest';
import { BackfillSide } from '../../../src/shares/backfill-side.ts';
import { decodeMessage, encodeMessage, type Statement } from '../../../src/shares/message.ts';
import { View } from '../../../src/shares/view.ts';

const WALL = 1_700_000_000_000;
const ALL = [{ from: 0, to: 1 }];

function backfillSide() {
  const view = new View('me', 'backfill', 4_000);
  let offset = 0;
  let n = 0;
  const read = (instance: string, number: number, statement: Statement) => {
    const message = decodeMessage(encodeMessage(statement, { instance, n: number, at: WALL, term: 10_000 }));
    if (message !== undefined) view.apply(message, offset, { now: 0, wall: WALL });
    offset += 1;
  };
  const side = new BackfillSide({ instance: 'me', view, demand: () => new Map([['main', 1]]) });
  /** Says what it has to say, and reads it back. */
  const speak = () => {
    const said = side.speak(0, n + 1, offset);
    for (const statement of said) {
      n += 1;
      read('me', n, statement);
    }
    return said;
  };
  const liveAppears = () => read('live', 1, { kind: 'live', seen: offset, serves: ['main'], busy: [] });
  return { side, speak, read, liveAppears, next: () => side.speak(0, n + 1, offset) };
}

describe('a backfill process', () => {
  it('says what it wants, and claims everything once that was read and nothing live is about', () => {
    const { side, speak } = backfillSide();
    expect(speak()).toEqual([{ kind: 'backfill', seen: 0, wants: { main: 1 } }]);
    expect(side.usable('main', 0).share).toEqual([]);
    expect(speak()[1]).toEqual({ kind: 'leases', portals: { main: { leases: { me: ALL }, back: {} } } });
    expect(side.usable('main', 0)).toEqual({ share: ALL, until: 9_000 });
  });

  it('claims nothing while a live process is about', () => {
    const { speak, liveAppears } = backfillSide();
    speak();
    liveAppears();
    expect(speak().length).toBe(1);
  });

  it('has left half of it before it says so, once', () => {
    const { side, speak, next, liveAppears } = backfillSide();
    speak();
    speak();
    liveAppears();
    const [, leases] = next();
    const [kept, back] = [[{ from: 0.5, to: 1 }], [{ from: 0, to: 0.5 }]];
    expect(leases).toEqual({ kind: 'leases', portals: { main: { leases: { me: kept }, back: { me: back } } } });
    expect(side.usable('main', 0).share).toEqual(kept);
    // Until that is read back it says no more.
    expect(next().length).toBe(1);
  });
});
