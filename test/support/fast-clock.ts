/** Real time that runs faster: waits of seconds become short, while all that happens still happens on real sockets. */

import { type Clock, systemClock } from '../../src/clock.ts';
import type { Clock as SimulatorClock } from '../../src/crm/clock.ts';

/** One clock for both sides: a window is as long for the client as for the CRM. */
export function createFastClock(times: number): Clock & SimulatorClock {
  const now = () => performance.now() * times;
  const after = (ms: number, task: () => void) => systemClock.after(ms / times, task);
  return { now, after, wall: now, schedule: (ms, run) => void after(ms, run) };
}
