import { createRequire } from 'node:module';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Headers } from '../../../src/kafka/delivery.ts';
import { cureRecordHeaders, decoderPrototype } from '../../../src/kafka/record-headers.ts';

const require = createRequire(import.meta.url);
// kafkajs's own reader of a record; applications never see it, so it has no type.
const readRecord: unknown = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js');

/** The headers that kafkajs reads from a record which has these, in this order. */
function read(headers: readonly (readonly [name: string, value: Buffer | null])[]): Headers {
  const bytes = Buffer.concat([
    Buffer.from([0]),
    ...[0, 0, -1, -1, headers.length].map(varInt),
    ...headers.flatMap(([name, value]) => [
      varInt(Buffer.byteLength(name)),
      Buffer.from(name),
      varInt(value?.length ?? -1),
      value ?? Buffer.alloc(0),
    ]),
  ]);
  const decoder: object = Reflect.construct(decoderPrototype().constructor, [bytes]);
  if (typeof readRecord !== 'function') throw new Error('kafkajs reads records elsewhere');
  return readRecord(decoder, { firstOffset: '0', firstTimestamp: '0' }).headers;
}

function varInt(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

describe('cureRecordHeaders', () => {
  beforeAll(() => cureRecordHeaders());

  it('gives every header under its name, whatever the name, and those of one name in their order', () => {
    const name = fc.oneof(fc.constantFrom('a', 'b', '', '__proto__', 'constructor', 'toString'), fc.string());
    const value = fc.option(fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (headers) => {
        const wanted = new Map<string, Buffer[]>();
        for (const [key, bytes] of headers) wanted.set(key, [...(wanted.get(key) ?? []), bytes ?? Buffer.alloc(0)]);
        const found = Object.entries(read(headers)).map(([key, values]) => [key, [values].flat()] as const);
        expect(new Map(found)).toEqual(wanted);
      }),
    );
  });

  it('leaves one value a value, and makes several a list', () => {
    const x = Buffer.from('x');
    expect(read([])).toEqual({});
    expect(
      read([
        ['a', x],
        ['b', x],
        ['a', null],
      ]),
    ).toEqual({ a: [x, Buffer.alloc(0)], b: x });
  });

  it('takes a time that grows with the number of headers, and no faster', () => {
    // As kafkajs does it, these would take two minutes.
    const names = Array.from({ length: 20_000 }, (_, n) => `h${n}`);
    expect(Object.keys(read(names.map((name) => [name, null])))).toHaveLength(20_000);
    expect(read(names.map(() => ['same', null])).same).toHaveLength(20_000);
  });

  it('changes nothing when it is called again', () => {
    const cured = decoderPrototype().readVarIntArray;
    cureRecordHeaders();
    expect(decoderPrototype().readVarIntArray).toBe(cured);
  });
});
