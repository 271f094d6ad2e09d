import { durationMs, textSetting } from './setting.ts';

/** At most `requests` in a window: every window of that length (`rolling`), or each of a fixed grid (`fixed`). */
export interface WindowSetting {
  readonly kind: 'rolling' | 'fixed';
  readonly requests: number;
  readonly windowMs: number;
}

/** The limits of one portal. Without `window` and `daily` there are none. */
export interface QuotaSetting {
  readonly window?: WindowSetting;
  /** Requests from midnight to midnight in the portal's time zone. */
  readonly daily?: number;
}

const SYNTAX = 'a quota such as rolling:110/10s, fixed:100/10s, daily:250000, rolling:110/10s,daily:250000 or none';

/** The documented burst limit of a public app: 110 requests in any ten seconds per account. */
export const DEFAULT_QUOTA: QuotaSetting = { window: { kind: 'rolling', requests: 110, windowMs: 10_000 } };

/** The documented limit of the search endpoints: 5 requests per second and account. */
export const SEARCH_QUOTA: QuotaSetting = { window: { kind: 'rolling', requests: 5, windowMs: 1000 } };

const WINDOW = /^(rolling|fixed):([1-9]\d*)\/(\w+)$/;
const DAILY = /^daily:([1-9]\d*)$/;

function windowOf(part: string): WindowSetting | undefined {
  const [, kind, requests, window] = WINDOW.exec(part) ?? [];
  const windowMs = window === undefined ? undefined : durationMs(window);
  if (!windowMs) return undefined;
  return { kind: kind === 'fixed' ? 'fixed' : 'rolling', requests: Number(requests), windowMs };
}

function dailyOf(part: string): number | undefined {
  const [, requests] = DAILY.exec(part) ?? [];
  return requests === undefined ? undefined : Number(requests);
}

/** Reads `none`, or a window and a daily limit (either or both, separated by a comma). */
export const quotaSetting = textSetting((text): QuotaSetting | undefined => {
  if (text === 'none') return {};
  let setting: QuotaSetting = {};
  for (const part of text.split(',')) {
    const window = windowOf(part);
    const daily = dailyOf(part);
    if (window && !setting.window) setting = { ...setting, window };
    else if (daily && !setting.daily) setting = { ...setting, daily };
    else return undefined;
  }
  return setting;
}, SYNTAX);
