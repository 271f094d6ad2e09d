/** Records that no producer should write, and every producer one day does. The same seed gives the same records. */
import type { Message } from 'kafkajs';
import type { Random } from '../../src/crm/random.ts';
import { answeredCall } from './canonical-calls.ts';

export interface HostileSettings {
  readonly count: number;
  readonly random: Random;
  /** A record in framed Avro; its first five bytes are the frame. */
  readonly encode: (record: object) => Buffer;
}

const MEGABYTE = 1_000_000;
/** JSON texts of values that a field may have, and hardly any field should. */
const VALUES = [
  ...['null', 'true', 'false', '0', '-0', '-1', '1.5', '1e999', '-1e999', '1e-999', '9007199254740993'],
  ...['123456789012345678901234567890', '""', '" "', '"\\u0000"', '"\\ud800"', '"\\udfff\\ud800"', '"\\uffff"'],
  ...['"__proto__"', '"constructor"', '"prototype"', '"toString"', '"[object Object]"', '"٠١٢٣٤٥٦٧٨٩"', '"-----"'],
  ...['[]', '{}', '[[[]]]', '[null]', '[1e999,"x",{}]', '{"toString":1}', '{"length":1e9}', '{"then":1}', '"<<>>@;;"'],
  ...['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '"2026-02-31T25:61:61Z"'],
  ...[quoted('x'.repeat(66_000)), quoted('9'.repeat(66_000)), quoted('+'.repeat(66_000)), quoted(' '.repeat(66_000))],
];
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length', ''] as const;
const FIELDS = [...Object.keys(answeredCall('', 0)), 'parentId', 'channel', 'fromExtension', 'toExtension', 'cause'];
const MORE_FIELDS = ['sipStatus', 'q850Cause', 'userId', 'potentialRecipientUserIds', 'recordingUrl', 'title', 'notes'];
const RECORD_FIELDS = [...FIELDS, ...MORE_FIELDS, 'properties', 'rungAgents'];
/** Few, because each costs a question to the registry. */
const UNKNOWN_IDS = [0x7f00_0001, 0x7f00_0002, 0xffff_ffff];

export function hostileRecords({ count, random, encode }: HostileSettings): Message[] {
  let made = 0;
  const pick = (below: number) => Math.floor(random() * below);
  const oneOf = <T>(list: readonly [T, ...T[]]): T => list[pick(list.length)] ?? list[0];
  const call = () => {
    made += 1;
    return answeredCall(`hostile-${made}`, made);
  };
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => pick(256)));
  const framed = (id: number, payload: Buffer) => {
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(id, 1);
    return Buffer.concat([frame, payload]);
  };
  const avro = () => encode({ ...call(), properties: { hs_call_title: 'x' }, rungAgents: ['a', 'b'] });
  /** A good record as JSON, but for one field that is this text. */
  const json = (field: string, text: string) => {
    const fields = Object.entries(call()).filter(([name]) => name !== field);
    return `{${fields.map(([name, value]) => `${quoted(name)}:${JSON.stringify(value)}`).join()},${quoted(field)}:${text}}`;
  };
  const mutated = (value: Buffer, from: number) => {
    for (let flips = 1 + pick(8); flips > 0; flips -= 1) {
      const at = from + pick(value.length - from);
      value[at] = (value[at] ?? 0) ^ (1 << pick(8));
    }
    return value;
  };

  const systematic = (): Message[] => [
    ...Array.from({ length: avro().length }, (_, end) => ({ value: avro().subarray(0, end) })),
    ...RECORD_FIELDS.flatMap((field) => VALUES.map((text) => ({ value: json(field, text) }))),
    ...RECORD_FIELDS.flatMap((field) => nested(10_000).map((text) => ({ value: json(field, text) }))),
    ...nested(10_000).flatMap((text) => [{ value: text }, { value: text.slice(0, -1) }]),
    ...NAMES.flatMap((name) => VALUES.map((text) => ({ value: json(name, text) }))),
    ...NAMES.map((name) => ({ value: json('id', quoted(name)) })),
    ...NAMES.map((name) => ({ value: json('properties', `{${quoted(name)}:"x"}`) })),
    ...[511, 512, 513, 100_000].map((length) => ({ value: json('id', quoted('i'.repeat(length))) })),
    ...[new Uint8Array(), [0], [0, 0, 0, 0, 1], [0xff, 0xfe], [0xef, 0xbb, 0xbf], [0xc0, 0x80]].map((value) => ({
      value: Buffer.from(value),
    })),
    { value: null },
    ...large(json, encode, call, bytes),
    ...keys(() => JSON.stringify(call())),
    ...headers(() => JSON.stringify(call())),
    ...['0', '-1', '1', '1000000000000'].map((timestamp) => ({ value: JSON.stringify(call()), timestamp })),
  ];

  const byChance = (): Message => {
    switch (pick(7)) {
      case 0:
        return { value: bytes(1 + pick(300)) };
      case 1:
        return { value: framed(oneOf([UNKNOWN_IDS[0] ?? 0, ...UNKNOWN_IDS]), bytes(pick(100))) };
      case 2:
        return { value: Buffer.concat([avro().subarray(0, 5), bytes(pick(300))]) };
      case 3:
        return { value: mutated(avro(), 0) };
      case 4:
        return { value: mutated(Buffer.from(JSON.stringify(call())), 0) };
      case 5:
        return { value: json(oneOf(['id', ...RECORD_FIELDS]), oneOf(['null', ...VALUES.slice(0, -4)])) };
      default:
        return { value: mutated(avro(), 5), key: bytes(pick(40)) };
    }
  };

  const records = systematic();
  while (records.length < count) records.push(byChance());
  return records.slice(0, count);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function nested(depth: number): string[] {
  return ['['.repeat(depth) + ']'.repeat(depth), `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`];
}

/** Values near the limit of a topic. */
function large(
  json: (field: string, text: string) => string,
  encode: HostileSettings['encode'],
  call: () => object,
  bytes: (length: number) => Buffer,
): Message[] {
  const long = 'x'.repeat(MEGABYTE);
  const many = (item: (n: number) => string, length: number) => Array.from({ length }, (_, n) => item(n)).join();
  return [
    { value: bytes(MEGABYTE) },
    ...['id', 'notes', 'cause', 'toExtension', 'from', 'whatever'].map((field) => ({
      value: json(field, quoted(long)),
    })),
    { value: json('cause', quoted('é'.repeat(60_000))) },
    { value: json('potentialRecipientUserIds', `[${many((n) => String(n + 1), 140_000)}]`) },
    { value: json('properties', `{${many((n) => `"p${n}":"x"`, 70_000)}}`) },
    { value: json('properties', `{"p${long}":[]}`) },
    { value: json('properties', `{${many((n) => `"p${n}":${quoted('x'.repeat(60_000))}`, 16)}}`) },
    { value: encode({ ...call(), notes: long }) },
    { value: encode({ ...call(), rungAgents: Array.from({ length: 900_000 }, () => '') }) },
    // Longer than our own topics take, because the source topic counts it compressed.
    { value: long.repeat(5) },
    ...['cause', 'toExtension', 'notes'].map((field) => ({ value: json(field, quoted(long.repeat(3))) })),
  ];
}

function keys(good: () => string): Message[] {
  const all = ['', '\0', '__proto__', 'k'.repeat(100_000), 'k'.repeat(900_000), Buffer.from([0xff, 0xfe, 0xc0])];
  return all.flatMap((key) => [
    { key, value: good() },
    { key, value: 'no record' },
    { key, value: null },
  ]);
}

function headers(good: () => string): Message[] {
  const names = [
    ...NAMES,
    'n'.repeat(100_000),
    'callmatch.code',
    'callmatch.redrives',
    'callmatch.value-omitted',
    '\0',
  ];
  const long = Buffer.alloc(900_000, 'h');
  // `fromEntries` makes `__proto__` a header like any other.
  const all = [
    ...names.map((name) => Object.fromEntries([[name, 'x']])),
    ...names.map((name) => Object.fromEntries([[name, ['x', Buffer.from([0xff])]]])),
    { traceparent: 'no trace' },
    { traceparent: long },
    { traceparent: Buffer.concat([long, long]) },
    { __value_schema_id: 'x' },
    { __value_schema_id: Buffer.from([0, 0x7f, 0, 0, 1]) },
    { __value_schema_id: Buffer.alloc(17, 1) },
    { long },
    { many: Array.from({ length: 50_000 }, () => '') },
    Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`h${n}`, ''])),
  ];
  return all.flatMap((one) => [
    { headers: one, value: good() },
    { headers: one, value: 'no record' },
  ]);
}
