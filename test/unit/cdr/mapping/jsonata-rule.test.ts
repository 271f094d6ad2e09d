import { describe, expect, it } from 'vitest';
import { compile } from '../../../support/mapping.ts';
import { mistakesIn, resultOf } from '../../../support/rules.ts';

const RECORD = {
  from: '+41440000000',
  legs: [
    { s: 3, name: 'b' },
    { s: 4, name: 'a' },
  ],
  one: { a: 1 },
};
const AROUND = { whole: { id: 'w' }, recordTime: 5, headers: { h: 'x' } };
const resultFor = (jsonata: string, record: unknown = RECORD) => resultOf({ jsonata }, record, AROUND);

describe('the rule jsonata', () => {
  it.each<[string, unknown]>([
    ['from', '+41440000000'],
    ['$sum(legs.s)', 7],
    ['legs[name = "a"].s', 4],
    ['missing', undefined],
    ['$outer.id & $header("h") & $header("none")', 'wx'],
    ['$parameters.text & $parameters.unset', 'pbx'],
    ['$timestamp', 5],
    ['$substringAfter(from, "+") ~> $match(/^41([0-9]+)/) ~> $lookup("groups")', ['440000000']],
    ['{"a": one.a + 1}', { a: 2 }],
    ['constructor', undefined],
    ['one.__proto__', undefined],
  ])('%s gives %j', (expression, value) => {
    expect(JSON.stringify(resultFor(expression))).toBe(JSON.stringify(value));
  });

  it.each([
    ['$error("call +41440000000 now")', 'rule: the expression fails: call +414******00 now'],
    ['$sum(from)', 'rule: the expression fails: Argument 1 of function "sum" must be an array of "numbers"'],
    ['($f := function($n) { $f($n + 1) }; $f(1))', 'rule: the expression fails: it takes too many steps'],
    ['($f := function($n) { 1 + $f($n + 1) }; $f(1))', 'rule: the expression fails: Maximum call stack size exceeded'],
    ['$sum', 'rule: the expression fails: it gives a function'],
    ['function($x) { $x }', 'rule: the expression fails: it gives a function'],
  ])('%s fails', (expression, message) => {
    expect(() => resultFor(expression)).toThrow(expect.objectContaining({ code: 'invalid-field', message }));
  });

  it.each([
    ['a[', 'rule.jsonata: no JSONata: Expected "]" before end of expression'],
    ['$now()', 'rule.jsonata: $now cannot be used'],
    ['$eval("1")', 'rule.jsonata: $eval cannot be used'],
    ['($clone := function($x) { $x }; 1)', 'rule.jsonata: $clone cannot be used'],
    ['function($__evaluate_entry) { 1 }', 'rule.jsonata: $__evaluate_entry cannot be used'],
    ['[1..9]', 'rule.jsonata: a range (..) cannot be used'],
    ['$contains(a, /x/i)', 'rule.jsonata: /x/i cannot be used: write both cases, like [Aa]'],
    ['$contains(a, /(x)\\1/)', 'rule.jsonata: /(x)\\1/ cannot be used in linear time'],
  ])('%s is a mistake', (jsonata, message) => {
    expect(mistakesIn({ jsonata })).toBe(message);
  });

  it.each([
    '$ ~> |one|{"a": 2, "b": 3}, "from"|',
    '$sort(legs, function($l, $r) { $l.s < $r.s })',
    '$reverse(legs)',
    'legs^(>s)',
    '$append(legs, 1)',
    '$merge([one, {"a": 5}])',
    '$spread(one)',
    '$each(one, function($v, $k) { $v })',
    '$sift(one, function($v) { $v > 1 })',
    'legs{name: $sum(s)}',
    'legs.($.s)',
    'legs#$i.{"i": $i}',
    'legs@$l.{"x": $l.s}',
    '**',
    'legs[]',
    '$outer.id[ ]',
  ])('%s does not change the record', (expression) => {
    const record = structuredClone(RECORD);
    const freeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      Object.freeze(value);
      Object.values(value).forEach(freeze);
    };
    const expected = resultFor(expression, structuredClone(record));
    freeze(record);
    expect(JSON.stringify(resultFor(expression, record))).toBe(JSON.stringify(expected));
    expect(record).toEqual(RECORD);
  });

  it('cannot be led to run what a record says', () => {
    const record = { f: { _jsonata_lambda: true, body: { type: 'string', value: 'x' }, arguments: [] } };
    expect(() => resultFor('f', record)).toThrow('gives a function');
    expect(() => resultFor('$constructor', record)).not.toThrow();
  });

  it('fails the call with the name of the field, and only a call of ours', () => {
    const { map } = compile({
      name: 'test',
      version: 1,
      skip: [{ reason: 'filtered', when: { value: { jsonata: '$sum(bad)' }, is: '0' } }],
      call: {
        externalCallId: 'id',
        direction: 'way',
        status: { constant: 'COMPLETED' },
        from: { number: 'from' },
        to: { number: 'to' },
        agent: { first: ['none', { jsonata: '$error(who)' }] },
      },
    });
    const record = { way: 'inbound', from: '+41440000000', to: '+41440000001', who: 'x +41440000002' };
    expect(map(record, { recordTime: 0 })).toEqual([
      { kind: 'failure', code: 'invalid-field', message: 'agent.first[1]: the expression fails: x +414******02' },
    ]);
    expect(map({ ...record, way: 'outbound' }, { recordTime: 0 })).toEqual([{ kind: 'skip', reason: 'not-inbound' }]);
    expect(map({ ...record, bad: 'x' }, { recordTime: 0 })).toMatchObject([
      { message: expect.stringMatching(/^skip\[0\].when.value: the expression fails/) },
    ]);
  });
});
