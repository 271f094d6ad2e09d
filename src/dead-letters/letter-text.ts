/** A dead letter as a person reads it. Pure. */
import { maskNumbersIn } from '../cdr/masked-text.ts';
import type { Headers } from '../kafka/delivery.ts';
import { maskText } from '../ops/masking.ts';
import { ownHeaders } from '../outcome/dead-letter.ts';
import type { Letter } from './letter.ts';
import type { OpenLetter } from './letter-log.ts';

export interface ShownLetter {
  readonly letter: OpenLetter;
  readonly headers: Headers;
  /** Earlier letters about its call. */
  readonly history: readonly Letter[];
  /** What was decoded; or its text, where it could not be. */
  readonly record: unknown;
  /** What would become of it by now, a line each. */
  readonly now: readonly string[];
}

export function letterLines({ letter, headers, history, record, now }: ShownLetter, reveal: boolean): string[] {
  const own = ownHeaders(headers);
  const details = ['http-status', 'category', 'correlation-id'].flatMap((name) =>
    own[name] === undefined ? [] : [`${name} ${own[name]}`],
  );
  const id = letter.externalCallId ?? '(no id)';
  const doubt = letter.isTaken ? '; HubSpot has the call' : letter.isIssued ? '; HubSpot may have the call' : '';
  return [
    `${placeOf(letter)}  ${isoTime(letter.time)}  ${letter.portal ?? '(no portal)'}  ${letter.code}`,
    `  call      ${reveal ? id : maskText(id)}, call ${letter.callIndex} of its record${doubt}`,
    `  why       ${reveal ? (own.message ?? '') : maskNumbersIn(own.message ?? '')}`,
    ...(details.length > 0 ? [`  HubSpot   ${details.join(', ')}`] : []),
    `  stage     ${letter.stage}; requests ${letter.attempts}; redrives ${letter.redrives}`,
    `  by        group ${letter.group}, mapping ${letter.mapping ?? 'unknown'}, callmatch ${own.version ?? 'unknown'}`,
    `  from      ${letter.source.topic}/${letter.source.partition}@${letter.source.offset}`,
    ...history.map((one) => `  before    ${isoTime(one.time)}  ${one.code} at ${one.stage}, ${placeOf(one)}`),
    `  record    ${recordText(record, reveal)}`,
    ...now.map((line) => `  now       ${line}`),
  ];
}

/** For scripts. */
export function shownJson({ letter, headers, history, record, now }: ShownLetter, reveal: boolean): object {
  const { 'source-key': key, message = '', ...own } = ownHeaders(headers);
  const id = own['external-id'];
  return {
    topic: letter.topic,
    partition: letter.partition,
    offset: letter.offset,
    headers: {
      ...own,
      ...(id !== undefined && { 'external-id': reveal ? id : maskText(id) }),
      ...(reveal && key !== undefined && { 'source-key': key }),
      message: reveal ? message : maskNumbersIn(message),
    },
    inDoubt: letter.isIssued,
    history: history.map(({ topic, partition, offset, time, code, stage }) => ({
      topic,
      partition,
      offset,
      time,
      code,
      stage,
    })),
    record: recordText(record, reveal),
    now,
  };
}

function recordText(record: unknown, reveal: boolean): string {
  const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
  const text = typeof record === 'string' ? record : (JSON.stringify(record, plain) ?? '');
  return reveal ? text : maskNumbersIn(text);
}

function placeOf({ topic, partition, offset }: Letter): string {
  return `${topic} ${partition}:${offset}`;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
