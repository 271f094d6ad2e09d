/** The berths of one source partition: which portals hold it up, and what is done about it. */
import type { Clock } from '../clock.ts';
import type { Portal } from '../hubspot/portal.ts';
import type { Tenure } from '../kafka/delivery.ts';
import type { ParkedIndex } from '../kafka/parked-index.ts';
import { Berth } from './berth.ts';

/** How often a partition that is pressed is relieved, milliseconds. */
const RELIEF_MS = 100;
/** Berths that are looked at each time, in turns: with thousands of portals a look at all costs as much as their calls. */
const AT_ONCE = 256;
/** Berths from which on those without a call are given up. */
const MANY = 512;

interface Held {
  readonly portal: Portal;
  readonly berth: Berth;
}

export class Berths {
  readonly #tenure: Tenure;
  readonly #index: ParkedIndex;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #berths = new Map<string, Held>();
  /** Those that are looked at next. */
  #turn = this.#berths.values();
  #most = MANY;
  #isWatching = false;

  constructor(tenure: Tenure, index: ParkedIndex, clock: Pick<Clock, 'after'>) {
    this.#tenure = tenure;
    this.#index = index;
    this.#clock = clock;
  }

  of(portal: Portal): Berth {
    this.#watch();
    const known = this.#berths.get(portal.name);
    // After a reload it is another one of that name.
    if (known?.portal === portal) return known.berth;
    if (this.#berths.size >= this.#most) this.#tidy();
    const berth = new Berth(this.#tenure, this.#index);
    this.#berths.set(portal.name, { portal, berth });
    return berth;
  }

  /** The portal is in trouble: all of its calls that wait are taken back. */
  clear(portal: string): void {
    this.#berths.get(portal)?.berth.clear();
  }

  /** The newest record may be only so far from the oldest one: who waits for long must not hold up the others. */
  #watch(): void {
    if (this.#isWatching || !this.#tenure.isPressed) return;
    this.#isWatching = true;
    this.#clock.after(RELIEF_MS, () => {
      this.#isWatching = false;
      if (!this.#tenure.isPressed || this.#tenure.issuing.sending.aborted) return;
      this.#relieve();
      this.#watch();
    });
  }

  #relieve(): void {
    for (let looked = 0; looked < Math.min(AT_ONCE, this.#berths.size); looked += 1) {
      const { portal, berth } = this.#next() ?? {};
      if (portal !== undefined && berth !== undefined && berth.held > 0 && isBehind(portal)) berth.clear();
    }
  }

  /** Undefined only where there is none. */
  #next(): Held | undefined {
    const next = this.#turn.next();
    if (next.done !== true) return next.value;
    this.#turn = this.#berths.values();
    return this.#turn.next().value;
  }

  #tidy(): void {
    for (const [name, { berth }] of this.#berths) {
      if (berth.held > 0) continue;
      berth.close();
      this.#berths.delete(name);
    }
    this.#most = Math.max(MANY, this.#berths.size * 2);
  }
}

/** Whether calls of the portal wait for something else than their turn. */
function isBehind({ state, waiting, resting }: Portal): boolean {
  return state.state !== 'active' || waiting > 0 || resting > 0;
}
