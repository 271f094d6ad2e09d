import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../../src/abort.ts';
import { DispatchCeiling } from '../../../src/kafka/dispatch-ceiling.ts';
import { Issuing } from '../../../src/kafka/issuing.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

/** The partition's way to the wire with all that can be in it. */
function open({ base = 0 } = {}) {
  const clock = new ManualClock();
  const member = { isLeased: true, looks: 0, asked: 0 };
  const parts = {
    isLeased: () => {
      member.looks += 1;
      return member.isLeased;
    },
    onLow: () => {
      member.asked += 1;
    },
    clock,
  };
  const issuing = new Issuing({ topic: 'calls.cdr', partition: 3 }, new DispatchCeiling(base, base, 64), parts);
  const commit = () => issuing.grant(issuing.propose(base));
  return { issuing, clock, member, commit };
}

/** What has become of a promise by now. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  let state: unknown = 'waits';
  promise.then(
    (value) => {
      state = value;
    },
    () => {},
  );
  await settled();
  return state;
}

const never = () => new AbortController().signal;

describe('permission to send', () => {
  it('is held back until the partition is open, and whenever it is held again', () => {
    const { issuing, commit } = open();
    const permission = issuing.permissionFor(0);
    expect(permission.granted()).toBe(false);
    issuing.release();
    commit();
    expect([permission.granted(), permission.claim()]).toEqual([true, true]);
    issuing.hold();
    expect(permission.granted()).toBe(false);
  });

  it('is refused without asking for a commit while it is held or not leased', async () => {
    const { issuing, member } = open();
    expect(await issuing.permissionFor(0).claim()).toBe(false);
    issuing.release();
    member.isLeased = false;
    expect(await issuing.permissionFor(0).claim()).toBe(false);
    expect(member.asked).toBe(0);
  });

  it('waits for a commit, which it asks for, and then goes', async () => {
    const { issuing, member, commit, clock } = open();
    issuing.release();
    const claim = issuing.permissionFor(5).claim();
    expect(member.asked).toBe(1);
    if (claim === true) throw new Error('nothing is committed');
    expect(await stateOf(claim)).toBe('waits');
    commit();
    expect(await stateOf(claim)).toBe(true);
    expect(issuing.permissionFor(5).claim()).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('asks for a commit also while there is still some headroom', () => {
    const { issuing, member, commit } = open();
    issuing.release();
    commit();
    for (let offset = 0; offset < 4; offset += 1) issuing.permissionFor(offset).claim();
    expect(member.asked).toBe(0);
    issuing.permissionFor(4).claim();
    expect([member.asked, issuing.isLow]).toEqual([1, true]);
  });

  it('gives back what is held after a second without a commit, however often heartbeats are answered', async () => {
    const { issuing, clock } = open();
    issuing.release();
    const claim = issuing.permissionFor(0).claim();
    for (let beat = 0; beat < 9; beat += 1) {
      await clock.elapse(100);
      issuing.wake();
    }
    if (claim === true) throw new Error('nothing is committed');
    expect(await stateOf(claim)).toBe('waits');
    await clock.elapse(100);
    expect(await stateOf(claim)).toBe(false);
  });

  it('goes on waiting after a commit that was withdrawn meanwhile', async () => {
    const { issuing } = open();
    issuing.release();
    const early = issuing.propose(0);
    issuing.grant(issuing.withdraw(0, 0));
    issuing.grant(early);
    expect(issuing.permissionFor(0).claim()).toBeInstanceOf(Promise);
  });

  it('is never given any more when sending has stopped, and whoever waits for a commit hears it at once', async () => {
    const { issuing, commit, clock } = open();
    issuing.release();
    const claim = issuing.permissionFor(0).claim();
    if (claim === true) throw new Error('nothing is committed');
    issuing.stopSending();
    expect(await stateOf(claim)).not.toBe('waits');
    commit();
    expect(issuing.permissionFor(0).granted()).toBe(false);
    expect(await issuing.permissionFor(0).claim()).toBe(false);
    expect(clock.pending).toBe(0);
  });
});

describe('those that wait for permission', () => {
  it('go when it is there, and not before', async () => {
    const { issuing, member } = open();
    const wait = issuing.permissionFor(0).wait(never());
    issuing.wake();
    expect(await stateOf(wait)).toBe('waits');
    member.isLeased = false;
    issuing.release();
    expect(await stateOf(wait)).toBe('waits');
    member.isLeased = true;
    issuing.wake();
    expect(await stateOf(wait)).toBeUndefined();
  });

  it('do not wait where it is there already', async () => {
    const { issuing } = open();
    issuing.release();
    await issuing.permissionFor(0).wait(AbortSignal.abort());
  });

  it('stop with the reason of their signal, also one that had aborted before', async () => {
    const { issuing } = open();
    const stop = new AbortController();
    const wait = issuing.permissionFor(0).wait(stop.signal);
    stop.abort('enough');
    await expect(wait).rejects.toBe('enough');
    await expect(issuing.permissionFor(0).wait(stop.signal)).rejects.toBe('enough');
  });

  it('stop when sending stops, whatever signal they have', async () => {
    const { issuing } = open();
    const wait = issuing.permissionFor(0).wait(never());
    issuing.stopSending();
    await expect(wait).rejects.toThrow('nothing more is sent for calls.cdr/3');
    await expect(issuing.permissionFor(0).wait(never())).rejects.toThrow('nothing more is sent');
  });

  it('are ten thousand, wake together, and leave nothing on a signal that lives long', async () => {
    const { issuing, member, clock } = open();
    const listeners = () => getEventListeners(issuing.sending, 'abort').length;
    member.isLeased = false;
    issuing.release();
    const waits = Array.from({ length: 10_000 }, (_, offset) => issuing.permissionFor(offset).wait(issuing.sending));
    member.looks = 0;
    issuing.wake();
    await settled();
    expect(member.looks, 'nobody is woken for nothing').toBeLessThan(10);
    expect(listeners(), 'to add one to many costs much').toBe(0);
    member.isLeased = true;
    issuing.wake();
    await Promise.all(waits);
    const claims = waits.map((_, offset) => issuing.permissionFor(offset).claim());
    expect(claims.every((claim) => claim !== true)).toBe(true);
    issuing.grant(issuing.propose(0));
    expect((await Promise.all(claims)).every((isWorthIt) => isWorthIt)).toBe(true);
    expect([listeners(), clock.pending]).toEqual([0, 0]);
  });

  it('leave nothing on a signal of their own either, woken or not', async () => {
    const { issuing, member } = open();
    const stop = new AbortController();
    const listeners = () => waitingFor(stop.signal);
    const waits = Array.from({ length: 20 }, (_, offset) => issuing.permissionFor(offset).wait(stop.signal));
    for (let beat = 0; beat < 5; beat += 1) {
      member.isLeased = beat % 2 === 0;
      issuing.wake();
      await settled();
      expect(listeners()).toBe(20);
    }
    issuing.release();
    await Promise.all(waits);
    expect(listeners()).toBe(0);
  });
});

describe('the two signals', () => {
  it('stop sending first, and publishing only when it is told', () => {
    const { issuing } = open();
    issuing.stopSending();
    expect([issuing.sending.aborted, issuing.publishing.aborted]).toEqual([true, false]);
    issuing.stopPublishing();
    expect(issuing.publishing.reason).toEqual(new Error('calls.cdr/3 has another owner'));
  });

  it('stop both at once, and keep their first reason', () => {
    const { issuing } = open();
    issuing.stopPublishing();
    const { reason } = issuing.publishing;
    issuing.stopSending();
    issuing.stopPublishing();
    expect([issuing.sending.aborted, issuing.publishing.reason === reason]).toEqual([true, true]);
  });
});

describe('whatever happens', () => {
  it('nothing is claimed while it is held, not leased, stopped or not committed, and nobody is forgotten', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), n: fc.nat(40) }) },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constantFrom('hold' as const, 'release' as const, 'lease' as const, 'freeze' as const),
          n: fc.nat(),
        }),
      },
      { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'withdraw' as const), n: fc.nat() }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('elapse' as const), n: fc.nat(1_500) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, isStopped) => {
        const { issuing, clock, member } = open();
        const now = { isHeld: true, ceiling: 0 };
        const wrong: number[] = [];
        /** As a call does it: waits, takes what it needs, asks, and gives back what it has. */
        const send = async (offset: number): Promise<'sent' | 'stopped'> => {
          const permission = issuing.permissionFor(offset);
          for (;;) {
            try {
              await permission.wait(issuing.sending);
            } catch {
              return 'stopped';
            }
            const claim = permission.claim();
            if (claim !== true) await claim;
            else {
              if (now.isHeld || !member.isLeased || offset >= now.ceiling) wrong.push(offset);
              return 'sent';
            }
          }
        };
        const grant = (proposal: ReturnType<Issuing['propose']>) => {
          now.ceiling = proposal.ceiling;
          issuing.grant(proposal);
        };
        const sends: Promise<'sent' | 'stopped'>[] = [];
        for (const { do: what, n } of steps) {
          if (what === 'send') sends.push(send(n));
          else if (what === 'hold' || what === 'release') {
            now.isHeld = what === 'hold';
            issuing[what]();
          } else if (what === 'lease' || what === 'freeze') {
            member.isLeased = what === 'lease';
            if (member.isLeased) issuing.wake();
          } else if (what === 'commit') grant(issuing.propose(0));
          else if (what === 'withdraw') grant(issuing.withdraw(0, 0));
          else await clock.elapse(n);
          await settled();
        }
        if (isStopped) issuing.stopSending();
        member.isLeased = true;
        now.isHeld = false;
        issuing.release();
        await settled();
        if (!isStopped) grant(issuing.propose(0));
        const ends = await Promise.all(sends);
        expect(wrong).toEqual([]);
        if (!isStopped) expect(ends.filter((end) => end !== 'sent')).toEqual([]);
        expect([getEventListeners(issuing.sending, 'abort').length, clock.pending]).toEqual([0, 0]);
      }),
      { numRuns: 200 },
    );
  });
});
