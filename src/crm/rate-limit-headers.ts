import type { QuotaVerdict } from './quota.ts';

/**
 * The headers that tell a client how much of its quota is left. Calls with an OAuth token get none of the daily
 * limit (HubSpot counts none for them).
 * @param exhausted shows the window as used up, as beside a scripted 429.
 */
export function rateLimitHeaders(verdict: QuotaVerdict, grantKind: 'static' | 'oauth', exhausted = false): string[] {
  const headers: string[] = [];
  const { window, daily } = verdict;
  if (window) {
    headers.push('X-HubSpot-RateLimit-Max', String(window.max));
    headers.push('X-HubSpot-RateLimit-Remaining', exhausted ? '0' : String(window.remaining));
    headers.push('X-HubSpot-RateLimit-Interval-Milliseconds', String(window.intervalMs));
  }
  if (daily && grantKind === 'static') {
    headers.push('X-HubSpot-RateLimit-Daily', String(daily.max));
    headers.push('X-HubSpot-RateLimit-Daily-Remaining', String(daily.remaining));
  }
  return headers;
}
