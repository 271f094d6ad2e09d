/** What a demo prints at its end. Pure: findings in, text out. */

import { maskNumber } from '../cdr/masking.ts';
import type { ReadRecord } from '../kafka/range-reader.ts';
import type { EnrichedCall } from '../outcome/enriched-call.ts';
import type { Findings } from './evidence.ts';
import { type Ends, total } from './verification.ts';

export interface RunFigures {
  readonly seconds: number;
  readonly quota: { readonly requests: number; readonly seconds: number };
}

const SHOWN = 8;

export function demoReport({ evidence, outcomes, deadLetters }: Findings, run: RunFigures): string {
  return [
    heading('Calls by their end'),
    ...ends(evidence.counted),
    row('read', evidence.read),
    heading('Enriched calls (the first with a match)'),
    ...outcomes
      .filter(({ matches }) => matches.length > 0)
      .slice(0, SHOWN)
      .map(enrichedLine),
    heading('Dead letters (one of each kind)'),
    ...firstOfEach(deadLetters).map(letterLine),
    heading('Quota'),
    ...quotaLines(evidence.engagements, run),
    '',
  ].join('\n');
}

function heading(text: string): string {
  return `\n${text}\n${'─'.repeat(text.length)}`;
}

function row(label: string, count: number): string {
  return `${String(count).padStart(7)}  ${label}`;
}

function ends(counted: Ends): string[] {
  const sorted = [...counted].sort(([a], [b]) => a.localeCompare(b));
  return [...sorted.map(([end, count]) => row(end, count)), row('in all', total(counted))];
}

function enrichedLine(outcome: EnrichedCall): string {
  const names = outcome.matches.map(({ name, firstName, lastName, objectId }) => {
    const person = [firstName, lastName].filter((part) => part !== null).join(' ');
    return name ?? (person === '' ? `object ${objectId}` : person);
  });
  const caller = outcome.from.e164 === null ? 'withheld' : maskNumber(outcome.from.e164);
  return `  ${caller.padEnd(16)} ${outcome.finalCallStatus.padEnd(10)} ${names.join(' | ')}`;
}

function firstOfEach(letters: readonly ReadRecord[]): ReadRecord[] {
  const first = new Map<string, ReadRecord>();
  for (const letter of letters) {
    const code = header(letter, 'code');
    if (!first.has(code)) first.set(code, letter);
  }
  return [...first.values()];
}

function letterLine(letter: ReadRecord): string {
  const place = `${header(letter, 'source-topic')}/${header(letter, 'source-partition')}@${header(letter, 'source-offset')}`;
  return `  ${header(letter, 'code').padEnd(16)} ${place}: ${header(letter, 'message')}`;
}

function header(letter: ReadRecord, name: string): string {
  return String(letter.headers[`callmatch.${name}`] ?? '');
}

/** A rolling window lets the whole quota through at once, and again with every window that has passed. */
function quotaLines(requests: number, { seconds, quota }: RunFigures): string[] {
  const allowed = quota.requests * (Math.floor(seconds / quota.seconds) + 1);
  const used = ((requests / allowed) * 100).toFixed(0);
  const rate = `${quota.requests} per ${quota.seconds} s`;
  return [`  ${requests} requests in ${seconds.toFixed(1)} s under ${rate}: ${used} % of the quota used`];
}
