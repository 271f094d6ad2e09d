/** Rules of a mapping as fast-check makes them: every form, nested in each other. */
import fc from 'fast-check';
import type { ConditionRule, ValueRule } from '../../src/cdr/mapping/rule.ts';

/** Keys of the records in tests. */
export const KEYS = ['a', 'b', 'list', 'text', '0', '__proto__', 'constructor'];

const path = fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 });
/** Values of the parameters that the rules name. */
export const PARAMETERS = {
  text: { type: 'text', description: 'x', default: 'pbx' },
  list: { type: 'list', description: 'x', default: ['a', 'x*'] },
} as const;

const word = fc.constantFrom('a', '+41430000000', 'x*', '*', 'NO ANSWER', '{"a":[1]}');
const regex = fc.constantFrom('a', '(a+)+b', '^(.*)x?(.*)$', '[0-9]+', '(x)|y');
const patterns = fc.constantFrom<number | boolean | { parameter: string }>(1, true, { parameter: 'list' });
const separator = fc.constantFrom(undefined, '', ' ');
const orNone = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const EXPRESSIONS = [
  'a',
  '$sum(list.a)',
  'list[a = 1].b',
  '$error(text)',
  '**',
  '$ ~> |a|{"b":1}|',
  '$outer.a & $header("h")',
];

export const { value, condition } = fc.letrec<{ value: ValueRule; condition: ConditionRule }>((tie) => {
  const some = (maxLength: number, minLength = 1) => fc.array(tie('value'), { minLength, maxLength });
  const list = fc.record({
    in: tie('value'),
    where: orNone(tie('condition')),
    take: orNone(tie('value')),
  });
  return {
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...KEYS),
      path.map((keys) => ({ path: keys })),
      word.map((constant) => ({ constant })),
      fc.constantFrom<ValueRule>({ parameter: 'text' }, { header: 'h' }, { kafka: 'timestamp' }, { kafka: 'key' }),
      fc.constantFrom(...EXPRESSIONS).map((jsonata) => ({ jsonata })),
      fc.record({ path, of: tie('value') }),
      some(3).map((first) => ({ first })),
      fc.record({ of: tie('value'), when: tie('condition'), else: orNone(tie('value')) }),
      fc.record({ join: some(3, 2), with: separator }),
      tie('value').map((device) => ({ device })),
      fc.record({ prefix: tie('value'), of: tie('value'), with: separator }),
      fc.record({ match: regex, of: tie('value') }),
      fc.record({ replace: regex, by: fc.constantFrom('', '$1$&'), of: tie('value') }),
      fc.record({
        table: fc.dictionary(fc.constantFrom('a', 'b', 'NO ANSWER'), word),
        of: tie('value'),
        default: orNone(word),
      }),
      fc.record({ decode: fc.constantFrom('url' as const, 'base64' as const, 'json' as const), of: tie('value') }),
      fc.record({ list, pick: fc.constantFrom('first' as const, 'last' as const), by: orNone(tie('value')) }).map(flat),
      fc
        .record({
          list,
          pick: fc.constantFrom('all' as const, 'count' as const, 'min' as const, 'max' as const, 'sum' as const),
        })
        .map(flat),
      list.map((one) => ({ ...one, pick: 'best' as const, order: ['a', '1'] })),
      some(3).map((sum) => ({ sum })),
      tie('value').map((outer) => ({ outer })),
    ),
    condition: fc.oneof(
      { depthSize: 'small' },
      fc.record({ value: tie('value'), is: fc.oneof(word, fc.array(word, { minLength: 1 }), patterns) }),
      fc.record({ value: tie('value'), above: fc.integer() }),
      fc.record({ value: tie('value'), below: fc.integer() }),
      fc.record({ value: tie('value'), matches: regex }),
      some(3, 2).map((same) => ({ same })),
      tie('value').map((exists) => ({ exists })),
      tie('value').map((filled) => ({ filled })),
      fc.record({ some: tie('value'), where: tie('condition') }),
      fc.array(tie('condition'), { minLength: 1, maxLength: 2 }).map((all) => ({ all })),
      fc.array(tie('condition'), { minLength: 1, maxLength: 2 }).map((any) => ({ any })),
      tie('condition').map((not) => ({ not })),
    ),
  };
});

function flat<List, Rest>({ list, ...rest }: { list: List } & Rest) {
  return { ...list, ...rest };
}
