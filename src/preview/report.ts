/** What a preview prints for people. Pure: findings in, lines out. */
import { maskNumber } from '../cdr/masking.ts';
import type { PortalConfig } from '../config/schema.ts';
import { maskText } from '../ops/masking.ts';
import { roundedTime } from '../rounded-time.ts';
import { quotaPace, quotaTime } from './quota-time.ts';
import type { Stretch } from './stretch.ts';
import type { CountedEnd, Example, Tally } from './tally.ts';

export interface Findings {
  readonly tally: Tally;
  readonly stretches: readonly Stretch[];
  /** False when it was stopped before everything was read. */
  readonly complete: boolean;
  readonly portals: Readonly<Record<string, Pick<PortalConfig, 'quota'>>>;
  /** Calls that are remembered to know a repeat again. */
  readonly remembered: number;
  /** Show full phone numbers. */
  readonly reveal: boolean;
}

/** Of lists that may be long; all of it is in the JSON. */
const SHOWN = 12;

export function previewReport(findings: Findings): string[] {
  const { tally, complete, remembered } = findings;
  return [
    ...opening(findings),
    ...section('Ends', endRows(tally.ends())),
    ...note(isAnyRepeat(tally), `Repeats are known again among the last ${number(remembered)} calls.`),
    ...section('Status of the calls to submit', countRows(tally.statuses.entries())),
    ...section('Callers', countRows(tally.callers.entries())),
    ...section('Numbers called', countRows(tally.callees.entries())),
    ...section('Time at the quota', quotaRows(findings)),
    ...note(
      tally.submissions.total > 0,
      'For one instance with the whole quota, one request a call, and no other app.',
    ),
    ...section('Examples', exampleRows(findings)),
    ...note(!complete, 'Stopped before the end of the range: this is what was read so far.'),
  ];
}

function opening({ tally, stretches }: Findings): string[] {
  const topics = [...new Set(stretches.map(({ topic }) => topic))];
  const { span, records, calls } = tally;
  const lines = [
    `${topics.join(', ')}, ${plural(stretches.length, 'partition')}: ${plural(records, 'record')}, ${plural(calls, 'end')}`,
  ];
  if (span !== undefined) {
    const seconds = (span.last - span.first) / 1000;
    const pace = seconds > 0 ? `, ${rate(records / seconds)} records a second` : '';
    lines.push(`written ${isoTime(span.first)} to ${isoTime(span.last)}${pace}`);
  }
  if (tally.schemas.total > 0) {
    lines.push(
      `schemas ${tally.schemas
        .entries()
        .map(([id, count]) => `${id} (${number(count)})`)
        .join(', ')}`,
    );
  }
  return lines;
}

function endRows(ends: readonly CountedEnd[]): string[] {
  const portals = new Set(ends.map(({ portal }) => portal));
  portals.delete(undefined);
  const kinds = new Map<string, CountedEnd[]>();
  for (const end of ends) {
    const key = endName(end);
    kinds.set(key, [...(kinds.get(key) ?? []), end]);
  }
  return [...kinds].flatMap(([name, parts]) => {
    const total = parts.reduce((sum, { count }) => sum + count, 0);
    const named = parts.filter(({ portal }) => portal !== undefined);
    // With one portal there is nothing to tell apart.
    const detail = portals.size < 2 ? [] : countRows(named.map(({ portal = '', count }) => [portal, count] as const));
    return [row(total, name), ...detail.map((line) => `  ${line}`)];
  });
}

/** `skipped withheld` */
export function endName({ outcome, reason }: Pick<CountedEnd, 'outcome' | 'reason'>): string {
  return reason === undefined ? outcome : `${outcome} ${reason}`;
}

function countRows(counts: readonly (readonly [string, number])[]): string[] {
  const rows = counts.slice(0, SHOWN).map(([name, count]) => row(count, name));
  const rest = counts.slice(SHOWN);
  if (rest.length === 0) return rows;
  return [
    ...rows,
    row(
      rest.reduce((sum, [, count]) => sum + count, 0),
      `${rest.length} more, see --json`,
    ),
  ];
}

function quotaRows({ tally, portals }: Findings): string[] {
  const { span } = tally;
  const seconds = span === undefined ? 0 : (span.last - span.first) / 1000;
  const rows = tally.submissions.entries().map(([portal, calls]) => {
    const quota = portals[portal]?.quota ?? 'none';
    if (quota === 'none') return row(calls, `${portal}: no quota is set`);
    const time = quotaTime(quota, calls);
    const how = `${number(quota.requests)} per ${roundedTime(quota.window)}`;
    const pace = quotaPace(quota);
    const beside =
      seconds > 0 && pace !== undefined ? `; they came at ${rate(calls / seconds)} a second, ${rate(pace)} can go` : '';
    return row(calls, `${portal}: ${time === 0 ? 'at once' : roundedTime(time)}, at ${how}${beside}`);
  });
  const rest = rows.length - SHOWN;
  return rest > 0 ? [...rows.slice(0, SHOWN), `         ${rest} more portals, see --json`] : rows;
}

function exampleRows({ tally, reveal }: Findings): string[] {
  const lines: string[] = [];
  let last = '';
  for (const example of tally.examples()) {
    const name = endName(example);
    if (name !== last) lines.push(`  ${name}`);
    last = name;
    lines.push(`    ${exampleLine(example, reveal)}`);
  }
  return lines;
}

function exampleLine(example: Example, reveal: boolean): string {
  const { source, callIndex, portal, status, message } = example;
  const { id, from, to } = shown(example, reveal);
  const place = `${source.topic}/${source.partition}@${source.offset}${callIndex > 0 ? ` call ${callIndex}` : ''}`;
  const words = [portal, id && `id ${id}`, from && `from ${from}`, to && `to ${to}`, status, message].filter(
    (word) => word !== undefined && word !== '',
  );
  return `${place}  ${words.join(', ')}`.trimEnd();
}

/** What of an example may be seen. */
export function shown({ externalCallId, from, to }: Example, reveal: boolean) {
  const id = externalCallId === undefined || reveal ? externalCallId : maskText(externalCallId);
  const party = (text: string | undefined) => (text === undefined || reveal ? text : maskNumber(text));
  return { id, from: party(from), to: party(to) };
}

function isAnyRepeat(tally: Tally): boolean {
  return tally.ends().some(({ reason }) => reason === 'duplicate' || reason === 'revision');
}

function section(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : ['', title, ...rows];
}

function note(holds: boolean, text: string): string[] {
  return holds ? [`  ${text}`] : [];
}

function row(count: number, label: string): string {
  return `${number(count).padStart(11)}  ${label}`;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}

function rate(perSecond: number): string {
  return perSecond >= 100 ? number(Math.round(perSecond)) : String(Number(perSecond.toPrecision(2)));
}

function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
