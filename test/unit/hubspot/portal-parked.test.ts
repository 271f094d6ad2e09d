/** A call that waits is taken back to be parked, wherever it waits; what is on the wire is left alone. */
import { describe, expect, it } from 'vitest';
import { PARK } from '../../../src/hubspot/parked.ts';
import { NO_MATCH, type Reply, startPortalWorld, type WorldOptions } from '../../support/portal-world.ts';

async function open(reply: (n: number) => Reply | Promise<Reply>, options: WorldOptions = {}) {
  const world = await startPortalWorld((_request, n) => reply(n), options);
  const parking = new AbortController();
  return { world, park: () => parking.abort(PARK), signal: parking.signal };
}

const MOVED: Reply = { status: 477 };

describe('a call that is taken back', () => {
  it('waits for the quota: nothing of it was sent', async () => {
    const { world, park, signal } = await open(() => NO_MATCH, { requests: 1 });
    await using _ = world;
    await world.submit('first');
    const second = world.submit('second', signal);
    await world.until(() => world.portal.waiting === 1);
    park();
    expect(await second).toEqual({ parked: true, inDoubt: false, attempts: 0 });
    expect([world.portal.waiting, world.requests.length]).toEqual([0, 1]);
  });

  it('waits at the gate: HubSpot has refused it, so it is not in doubt', async () => {
    const { world, park, signal } = await open(() => MOVED);
    await using _ = world;
    const call = world.submit('call', signal);
    await world.until(() => world.portal.state.state === 'paused');
    park();
    expect(await call).toEqual({ parked: true, inDoubt: false, attempts: 1 });
  });

  it('waits to be looked up: it is in doubt', async () => {
    const { world, park, signal } = await open(() => ({ status: 502 }));
    await using _ = world;
    const call = world.submit('call', signal);
    await world.until(() => world.portal.resting === 1);
    park();
    expect(await call).toEqual({ parked: true, inDoubt: true, attempts: 1 });
    expect(world.portal.resting).toBe(0);
  });

  it('came in doubt, and has not been looked up', async () => {
    const { world, park, signal } = await open(() => MOVED);
    await using _ = world;
    const first = world.submit('first', signal);
    await world.until(() => world.portal.state.state === 'paused');
    const call = world.submit('call', signal, { inDoubt: true });
    park();
    expect(await call).toEqual({ parked: true, inDoubt: true, attempts: 0 });
    await first;
  });

  it('is on the wire: it ends as it would have', async () => {
    const answer = Promise.withResolvers<Reply>();
    const { world, park, signal } = await open(() => answer.promise);
    await using _ = world;
    const call = world.submit('call', signal);
    await world.until(() => world.requests.length === 1);
    park();
    answer.resolve(NO_MATCH);
    expect(await call).toMatchObject({ attempts: 1, verdict: 'fresh' });
  });

  it('was on the wire, and failed there: it is in doubt, and waits no longer', async () => {
    const answer = Promise.withResolvers<Reply>();
    const { world, park, signal } = await open(() => answer.promise);
    await using _ = world;
    const call = world.submit('call', signal);
    await world.until(() => world.requests.length === 1);
    park();
    answer.resolve('reset');
    expect(await call).toEqual({ parked: true, inDoubt: true, attempts: 1 });
  });

  it('is given up as before where the reason is another', async () => {
    const { world } = await open(() => MOVED);
    await using _ = world;
    const lost = new Error('lost');
    const losing = new AbortController();
    const call = world.submit('call', losing.signal);
    await world.until(() => world.portal.state.state === 'paused');
    losing.abort(lost);
    await expect(call).rejects.toBe(lost);
  });
});
