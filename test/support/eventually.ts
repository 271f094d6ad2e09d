/** Waits for something in another process or on a broker, of which no event tells. */
import { setTimeout as sleep } from 'node:timers/promises';

const STEP_MS = 50;

/** Asks until the answer is true; throws with the last description after `withinMs`. */
export async function eventually(
  what: () => string,
  holds: () => Promise<boolean> | boolean,
  withinMs = 30_000,
): Promise<void> {
  for (let waited = 0; !(await holds()); waited += STEP_MS) {
    if (waited >= withinMs) throw new Error(`not within ${withinMs} ms: ${what()}`);
    await sleep(STEP_MS);
  }
}
