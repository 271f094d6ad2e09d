/**
 * Time that runs faster than real time, while all that happens still happens on real sockets of this process. It passes
 * by the turns of the event loop and not by a watch: on a busy machine it slows down, and no time-out comes of that.
 */
import type { Clock } from '../../src/clock.ts';
import type { Clock as SimulatorClock } from '../../src/crm/clock.ts';
import { ManualClock } from './manual-clock.ts';

/** How much time a turn of at least a millisecond takes. */
const TURN_MS = 40;

/** One clock for both sides: a window is as long for the client as for the CRM. Disposing it stops it. */
export function startFastClock(): Clock & SimulatorClock & Disposable {
  const clock = new ManualClock();
  const ticking = setInterval(() => clock.advance(TURN_MS), 1);
  return {
    wall: () => clock.wall(),
    now: () => clock.now(),
    after: (ms, task) => clock.after(ms, task),
    schedule: (ms, run) => void clock.after(ms, run),
    [Symbol.dispose]: () => clearInterval(ticking),
  };
}
