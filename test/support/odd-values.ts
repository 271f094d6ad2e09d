/** What a field of a record can hold, likely or not, as fast-check makes it: all of it JSON. */
import fc from 'fast-check';

/** Texts and numbers that are something to a converter, or look so. */
const TEMPTING = [
  ...['2026-01-15T10:30:00Z', '2026-10-25 02:30:00', '15.01.2026 10:30:00', 'Thu, 15 Jan 2026 09:30:00 +0000'],
  ...['0001-01-01T00:00:00Z', '2026-02-31T25:61:61Z', 1768469400, 1768469400123, '1768469400123456', 63_935_688_600],
  ...['00:01:02', '01:02', '1m2s', 'PT1M2S', '-5', 1.5, '1e3', 1e308, -1e308, 5e-324, -0, 2 ** 31, 2 ** 53, 2 ** 63],
  ...[200, 486, 'sip:487', 'SIP/2.0 603 Decline', 183, 302, 16, 17, 26, 'NO_ANSWER', 'LOSE_RACE', '805', 'busy', 'OK'],
  ...['+41440000000', '031 555 01 79', '447700900000', '"A, B" <sip:+41440000000@192.0.2.1;user=phone>;tag=a', '112'],
  ...['anonymous', '+266696687', '+41 44 *** ** 00', '201', 's', 'x123', '123456789012345678', 'tel:201;ext=7', 0],
  ...[
    '%2B41440000000',
    '%',
    '100%zz',
    '+41+44+000',
    'eyJhIjoxfQ==',
    '{"a":[{"b":1}]}',
    '[{"a":1}]',
    '{"a":',
    'a=1&b=2',
  ],
  ...[
    'inbound',
    'outbound',
    'COMPLETED',
    'x',
    'a',
    ' ',
    '',
    '\u0000',
    '\ud800',
    '\udfff\ud800',
    '٠١٢',
    '\u200b',
    '\\N',
  ],
  ...[
    '__proto__',
    'constructor',
    '[object Object]',
    'SIP/201-00000001',
    'Local/202@from-queue-0000001b;1',
    true,
    false,
  ],
];
const LONG = ['x'.repeat(70_000), '9'.repeat(70_000), '%41'.repeat(3000), ' '.repeat(70_000), '(('.repeat(9000)];

/** Says how deep it is where fast-check would print it: the stack is too small for that. */
const nested = (depth: number, wrap: (inner: unknown) => object) => {
  let value = wrap(1);
  for (let level = 1; level < depth; level += 1) value = wrap(value);
  return Object.defineProperty(value, fc.toStringMethod, { value: () => `(${depth} levels)` });
};
const DEEP = [nested(1500, (inner) => [inner]), nested(1500, (a) => ({ a })), nested(150, (b) => ({ a: [{ b }] }))];
const HOSTILE = ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"toString":1}'];

export const oddScalar: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom<unknown>(...TEMPTING, null) },
  { weight: 4, arbitrary: fc.string() },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...'0123456789+-:T. ') }) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG) },
);

/** A value; objects in it have these keys. */
export function oddValue(keys: readonly string[]): fc.Arbitrary<unknown> {
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      { weight: 12, arbitrary: oddScalar },
      { weight: 3, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
      { weight: 6, arbitrary: fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }) },
      { weight: 1, arbitrary: fc.constantFrom(...DEEP) },
      { weight: 1, arbitrary: fc.constantFrom(...HOSTILE).map((text): unknown => JSON.parse(text)) },
    ),
  })).value;
}
