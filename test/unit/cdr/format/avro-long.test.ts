import avro from 'avsc';
import { expect, it } from 'vitest';
import { exactLong } from '../../../../src/cdr/format/avro-long.ts';

it('reads a number up to 2^53 and a decimal text beyond', () => {
  const type = avro.Type.forSchema({ type: 'array', items: 'long' }, { registry: { long: exactLong } });
  const zigzag = (value: bigint) => {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    const bytes: number[] = [];
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    return [...bytes, Number(rest)];
  };
  const values = [0n, -1n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n];
  const bytes = Buffer.from([...zigzag(BigInt(values.length)), ...values.flatMap(zigzag), 0]);
  expect(type.fromBuffer(bytes)).toEqual([
    0,
    -1,
    9_007_199_254_740_991,
    '9007199254740992',
    '-9223372036854775808',
    '9223372036854775807',
  ]);
});
