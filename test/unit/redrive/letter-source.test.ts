import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LETTERS } from '../../support/letter-record.ts';
import { RedriveWorld } from '../../support/redrive-world.ts';

describe('a redrive', () => {
  it('sends each letter once, and then there is nothing left', async () => {
    const world = new RedriveWorld();
    for (let n = 0; n < 600; n += 1) world.bury({ source: n, id: `call-${n}` });
    expect(await world.redrive()).toBe(true);
    expect(await world.redrive()).toBe(true);
    expect(world.sent).toEqual(Array.from({ length: 600 }, (_, n) => `call-${n}`));
    expect((await world.log()).letters()).toEqual([]);
  });

  it('brings back what fails again, with a count', async () => {
    const world = new RedriveWorld();
    world.bury({ source: 0, id: 'a' }, 1);
    await world.redrive();
    expect((await world.log()).letters()).toMatchObject([{ externalCallId: 'a', redrives: 1, isIssued: false }]);
    await world.redrive();
    expect(world.sent).toEqual(['a', 'a']);
    expect((await world.log()).letters()).toEqual([]);
  });

  it('ends the copies of a letter one by one: the first may be purged before them', async () => {
    const world = new RedriveWorld();
    world.bury({ source: 0, id: 'a' });
    world.bury({ source: 0, id: 'a' });
    await world.redrive();
    expect(world.sent).toEqual(['a']);
    world.reader.deleteBelow(LETTERS, 1);
    expect((await world.log()).letters()).toEqual([]);
  });

  it('does not send what HubSpot has', async () => {
    const world = new RedriveWorld();
    world.bury({ source: 0, id: 'a', stage: 'publish', code: 'record-too-large' });
    await world.redrive();
    expect(world.sent).toEqual([]);
    expect((await world.log()).letters()).toEqual([]);
  });

  it('says what is gone', async () => {
    const world = new RedriveWorld();
    world.bury({ source: 0, id: 'a', headers: { 'callmatch.value-omitted': '9' } });
    world.bury({ source: 1, id: 'b' });
    expect(await world.redrive()).toBe(true);
    expect(world.sent).toEqual(['b']);
    expect(world.left).toEqual(['0 source-deleted']);
    expect((await world.log()).letters()).toMatchObject([{ offset: 0, isIssued: false }]);
  });

  it('however often it is killed: each call is engaged once, and sent once more only after a refusal', async () => {
    const calls = fc.array(
      fc.record({ refusals: fc.nat(2), record: fc.nat(3), callIndex: fc.nat(2), copies: fc.nat(1) }),
      { minLength: 1, maxLength: 8 },
    );
    const kills = fc.array(fc.nat(12), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(calls, kills, async (buried, steps) => {
        const world = new RedriveWorld();
        const refusals = new Map<string, number>();
        for (const { refusals: count, record: source, callIndex, copies } of buried) {
          const id = `${source}-${callIndex}`;
          if (refusals.has(id)) continue;
          refusals.set(id, count);
          for (let n = 0; n <= copies; n += 1) world.bury({ source, callIndex, id }, count);
        }
        for (const count of steps) await world.redrive({ steps: count });
        // A call that was refused may be sent again without a new letter only where its run was killed in between.
        for (let runs = 0; runs < 4; runs += 1) expect(await world.redrive()).toBe(true);
        expect((await world.log()).letters()).toEqual([]);
        expect(world.engaged.toSorted()).toEqual([...refusals.keys()].toSorted());
        for (const [id, count] of refusals) expect(world.sent.filter((sent) => sent === id)).toHaveLength(count + 1);
      }),
      { numRuns: 100 },
    );
  });
});
