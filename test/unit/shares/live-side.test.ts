import { describe, expect, it } from 'vitest';
import { NOTHING, type Share, WHOLE } from '../../../src/hubspot/share.ts';
import { LiveSide } from '../../../src/shares/live-side.ts';
import { decodeMessage, encodeMessage, type Statement } from '../../../src/shares/message.ts';
import { View } from '../../../src/shares/view.ts';

const WALL = 1_700_000_000_000;

function liveSide({ spare = 0.5, grantable = WHOLE }: { spare?: number | undefined; grantable?: Share } = {}) {
  const view = new View('live', 'live', 4_000);
  let offset = 0;
  const read = (instance: string, n: number, statement: Statement) => {
    const message = decodeMessage(encodeMessage(statement, { instance, n, at: WALL, term: 10_000 }));
    if (message !== undefined) view.apply(message, offset, { now: 0, wall: WALL });
    offset += 1;
  };
  const side = new LiveSide({
    view,
    serves: (portal) => portal === 'main',
    owned: () => WHOLE,
    grantable: () => grantable,
    spare: () => spare,
    isBusy: () => true,
  });
  return { view, side, read };
}

describe('a live process', () => {
  it('says only that it is about, while nobody wants anything', () => {
    const { side } = liveSide();
    expect(side.speak(0, 1, 0)).toEqual([{ kind: 'live', seen: 0, serves: [], busy: [] }]);
  });

  it('leaves what it gives before it says so, and until it has read that back it says no more', () => {
    const { side, read } = liveSide();
    read('old', 1, { kind: 'backfill', seen: 0, wants: { main: 1, foreign: 1 } });
    const said = side.speak(0, 1, 1);
    expect(said[0]).toEqual({ kind: 'live', seen: 1, serves: ['main'], busy: ['main'] });
    expect(said[1]).toEqual({
      kind: 'leases',
      portals: { main: { leases: { old: [{ from: 0.5, to: 1 }] }, back: {} } },
    });
    expect(side.usable('main', 0)).toEqual([{ from: 0, to: 0.5 }]);
    expect([...side.affected()]).toEqual(['main']);
    expect(side.speak(0, 3, 1).length).toBe(1);
    for (const [n, statement] of said.entries()) read('live', n + 1, statement);
    expect(side.usable('main', 0)).toEqual([{ from: 0, to: 0.5 }]);
    expect(side.speak(0, 4, 3).length).toBe(2);
  });

  it('gives nothing that it may not give, and before it knows its own need', () => {
    for (const settings of [{ grantable: NOTHING }, { spare: undefined }]) {
      const { side, read } = liveSide({ spare: 0.5, ...settings });
      read('old', 1, { kind: 'backfill', seen: 0, wants: { main: 1 } });
      if ('grantable' in settings) expect(side.speak(0, 1, 1).length).toBe(1);
    }
  });
});
