import type { QuotaSetting, WindowSetting } from './quota-setting.ts';
import { RollingCount } from './rolling-count.ts';

/** What a request met on its arrival. `remaining` counts after the request itself. */
export interface QuotaVerdict {
  readonly refusedBy?: 'window' | 'daily';
  readonly window?: { readonly max: number; readonly remaining: number; readonly intervalMs: number };
  readonly daily?: { readonly max: number; readonly remaining: number };
}

/** Where there is no window, the statistics still want to know the highest count in ten seconds. */
const PEAK_WINDOW_MS = 10_000;

/** Time zones differ by quarters of an hour, so no midnight lies within one. */
const QUARTER_MS = 15 * 60_000;

/**
 * The limits of one portal. A refused request takes nothing: whether HubSpot counts it is not known,
 * and a client that obeys is never refused.
 */
export class Quota {
  readonly setting: QuotaSetting;
  readonly #timeZone: string;
  readonly #accepted: RollingCount;
  #gridCell = -1;
  #inGridCell = 0;
  #dayFormat: Intl.DateTimeFormat | undefined;
  #quarter = -1;
  #day = '';
  #today = 0;

  /** @param timeZone IANA name; a day begins at its midnight. */
  constructor(setting: QuotaSetting, timeZone = 'UTC') {
    this.setting = setting;
    this.#timeZone = timeZone;
    this.#accepted = new RollingCount(setting.window?.windowMs ?? PEAK_WINDOW_MS);
  }

  /** The most requests accepted in any rolling window of `windowMs` so far. */
  get peak(): { readonly requests: number; readonly windowMs: number } {
    return { requests: this.#accepted.peak, windowMs: this.#accepted.windowMs };
  }

  /** Counts a request, or refuses it. `now` in milliseconds since the epoch, never going back. */
  take(now: number): QuotaVerdict {
    const { window, daily } = this.setting;
    const used = window === undefined ? 0 : this.#usedOf(window, now);
    if (daily !== undefined) this.#turnDay(now);
    const refusedBy =
      window !== undefined && used >= window.requests
        ? 'window'
        : daily !== undefined && this.#today >= daily
          ? 'daily'
          : undefined;
    const taken = refusedBy === undefined ? 1 : 0;
    if (taken === 1) {
      this.#accepted.add(now);
      this.#inGridCell += 1;
      this.#today += 1;
    }
    return {
      ...(refusedBy === undefined ? {} : { refusedBy }),
      ...(window === undefined
        ? {}
        : { window: { max: window.requests, remaining: window.requests - used - taken, intervalMs: window.windowMs } }),
      ...(daily === undefined ? {} : { daily: { max: daily, remaining: daily - this.#today } }),
    };
  }

  /** Forgets every request, and the peak. */
  clear(): void {
    this.#accepted.clear();
    this.#inGridCell = 0;
    this.#today = 0;
  }

  #usedOf(window: WindowSetting, now: number): number {
    if (window.kind === 'rolling') return this.#accepted.countAt(now);
    const cell = Math.floor(now / window.windowMs);
    if (cell !== this.#gridCell) {
      this.#gridCell = cell;
      this.#inGridCell = 0;
    }
    return this.#inGridCell;
  }

  #turnDay(now: number): void {
    const quarter = Math.floor(now / QUARTER_MS);
    if (quarter === this.#quarter) return;
    this.#quarter = quarter;
    // Made when first needed: a format takes tens of kilobytes, and few of thousands of portals have a daily limit.
    this.#dayFormat ??= new Intl.DateTimeFormat('en-CA', { timeZone: this.#timeZone });
    const day = this.#dayFormat.format(now);
    if (day === this.#day) return;
    this.#day = day;
    this.#today = 0;
  }
}
