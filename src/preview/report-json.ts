/** What a preview prints with `--json`: one object, the same names whatever was found. Pure. */
import { quotaTime } from './quota-time.ts';
import { type Findings, shown } from './report.ts';
import type { Example } from './tally.ts';

export function previewJson({ tally, stretches, complete, portals, remembered, reveal }: Findings): object {
  const { span } = tally;
  const seconds = span === undefined ? null : (span.last - span.first) / 1000;
  return {
    complete,
    ranges: stretches,
    records: tally.records,
    ends: tally.calls,
    first: span === undefined ? null : new Date(span.first).toISOString(),
    last: span === undefined ? null : new Date(span.last).toISOString(),
    recordsPerSecond: seconds ? tally.records / seconds : null,
    schemas: Object.fromEntries(tally.schemas.entries()),
    outcomes: tally.ends().map(({ outcome, reason, portal, count }) => {
      return { outcome, reason: reason ?? null, portal: portal ?? null, count };
    }),
    repeatsKnownAmong: remembered,
    statuses: Object.fromEntries(tally.statuses.entries()),
    callers: tally.callers.entries().map(numberJson),
    callees: tally.callees.entries().map(numberJson),
    quota: tally.submissions.entries().map(([portal, calls]) => {
      const quota = portals[portal]?.quota ?? 'none';
      return { portal, calls, quota: quotaJson(quota), seconds: quotaTime(quota, calls) / 1000 };
    }),
    examples: tally.examples().map((example) => exampleJson(example, reveal)),
  };
}

function quotaJson(quota: Findings['portals'][string]['quota']): object | null {
  return quota === 'none' ? null : { requests: quota.requests, windowSeconds: quota.window / 1000 };
}

function numberJson([name, count]: readonly [string, number]): object {
  const [type, country = null] = name.split(' ');
  return { type, country, count };
}

function exampleJson(example: Example, reveal: boolean): object {
  const { outcome, reason, portal, source, callIndex, status, message } = example;
  const { id, from, to } = shown(example, reveal);
  return {
    ...{ outcome, reason: reason ?? null, portal: portal ?? null, ...source, callIndex },
    ...{ externalCallId: id ?? null, from: from ?? null, to: to ?? null, status: status ?? null },
    message: message ?? null,
  };
}
