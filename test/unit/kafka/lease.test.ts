import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lease } from '../../../src/kafka/lease.ts';

const SETTINGS = { sessionTimeout: 10_000, requestTimeout: 4_000 };

describe('Lease', () => {
  it('is not there before the first heartbeat', () => {
    const lease = new Lease(SETTINGS);
    expect(lease.isValid(0)).toBe(false);
    expect(lease.isValid(1e9)).toBe(false);
  });

  it('ends half a second before what is sent could still be on its way when the member is expelled', () => {
    const lease = new Lease(SETTINGS);
    lease.renew(1_000);
    expect(lease.isValid(1_000)).toBe(true);
    expect(lease.isValid(6_499)).toBe(true);
    expect(lease.isValid(6_500)).toBe(false);
  });

  it('is not shortened by an older heartbeat whose answer is handled later', () => {
    const lease = new Lease(SETTINGS);
    lease.renew(1_000);
    lease.renew(500);
    expect(lease.isValid(6_499)).toBe(true);
  });

  it('never begins where a request may last as long as the session', () => {
    const lease = new Lease({ sessionTimeout: 10_000, requestTimeout: 9_500 });
    lease.renew(0);
    expect(lease.isValid(0)).toBe(false);
  });

  it('lets nothing go whose answer could come after the broker has expelled us, however late answers are handled', () => {
    const heartbeat = fc.record({ pause: fc.nat(8_000), toBroker: fc.nat(3_000), untilHandled: fc.nat(30_000) });
    const settings = fc.record({ sessionTimeout: fc.integer({ min: 1, max: 30_000 }), requestTimeout: fc.nat(15_000) });
    fc.assert(
      fc.property(
        settings,
        fc.array(heartbeat, { maxLength: 20 }),
        fc.array(fc.nat(150_000)),
        (given, beats, asked) => {
          let time = 0;
          const sent = beats.map(({ pause, toBroker, untilHandled }) => {
            time += pause;
            return { sentAt: time, arrived: time + toBroker, handled: time + toBroker + untilHandled };
          });
          const handled = sent.toSorted((a, b) => a.handled - b.handled);
          // The moments right after a heartbeat are the ones where the lease is good.
          const moments = [...asked, ...sent.flatMap((beat) => [beat.handled, beat.handled + 1_000])];
          for (const now of moments) {
            const lease = new Lease(given);
            for (const beat of handled) if (beat.handled <= now) lease.renew(beat.sentAt);
            if (!lease.isValid(now)) continue;
            // The broker has had at least these by now; each holds off the expulsion for a session.
            const arrived = sent.filter((beat) => beat.handled <= now).map((beat) => beat.arrived);
            expect(now + given.requestTimeout).toBeLessThan(Math.max(...arrived) + given.sessionTimeout);
          }
        },
      ),
    );
  });
});
