/** Whatever the rules and whatever the record: ends, and soon. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../support/mapping.ts';
import { condition, KEYS, value } from '../../../support/rule-arbitrary.ts';

const NUMBER = { constant: '+41315550100' };
const number = fc.oneof(fc.constant(NUMBER), fc.tuple(value, fc.constant(NUMBER)));
const mapping = fc.record(
  {
    urlEncoded: fc.boolean(),
    unwrap: fc.array(value, { minLength: 1, maxLength: 2 }),
    each: value,
    requires: fc.array(condition, { maxLength: 1 }),
    skip: fc.array(fc.record({ reason: fc.constant('filtered'), when: condition }), { maxLength: 1 }),
    call: fc.record(
      {
        externalCallId: value,
        direction: fc.constantFrom({ constant: 'inbound' }, 'a'),
        status: fc.oneof(fc.constant({ constant: 'BUSY' }), value),
        from: fc.record({ number, extension: value }, { requiredKeys: ['number'] }),
        to: fc.record({ number }),
        agent: value,
        agents: value,
        userId: value,
        potentialRecipientUserIds: value,
        properties: fc.dictionary(fc.constantFrom('hs_call_title'), value),
        propertiesFrom: value,
      },
      { requiredKeys: ['externalCallId', 'direction', 'status', 'from', 'to'] },
    ),
  },
  { requiredKeys: ['call'] },
);

const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    'a',
    ' ',
    '+41440000000',
    '%2B41',
    'eyJhIjoxfQ==',
    '{"a":[{"b":1}]}',
    '[{"a":1}]',
    1,
    true,
    null,
  ),
  fc.string(),
);
const { record } = fc.letrec<{ record: unknown }>((tie) => ({
  record: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('record'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('record'), { maxKeys: 5 }),
  ),
}));
const whole = fc.oneof(fc.dictionary(fc.constantFrom(...KEYS), record, { maxKeys: 6 }), record, fc.anything());

describe('any mapping of any record', () => {
  it('gives calls, skips or failures, never an exception', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(mapping, fc.array(whole, { minLength: 5, maxLength: 5 }), (document, records) => {
        const parameters = { text: { type: 'text', description: 'x', default: 'pbx' } };
        const { map } = compile({ name: 'any', version: 1, parameters, ...document }, { defaultCountry: 'CH' });
        for (const one of records) {
          const before = JSON.stringify(one);
          const ends = map(one, { recordTime: 5, key: 'k', headers: { h: 'x' } });
          expect(ends.length).toBeGreaterThan(0);
          for (const end of ends) {
            kinds.add(end.kind);
            if (end.kind === 'failure') expect(end.message).not.toContain('440000000');
          }
          expect(JSON.stringify(one)).toBe(before);
        }
      }),
      { numRuns: 500 },
    );
    expect([...kinds].toSorted()).toEqual(['call', 'failure', 'skip']);
  });

  it('takes no long time over a long text', () => {
    const long = {
      a: 'a'.repeat(1_000_000),
      text: `${'%41'.repeat(300_000)}%`,
      list: new Array(10_000).fill({ a: 'aa' }),
    };
    const rules = [
      { match: '(a+)+b', of: 'a' },
      { match: '(a+)+b', of: { decode: 'base64', of: 'a' } },
      { replace: '(a*)*c', by: '', of: { match: '.*', of: 'a' } },
      { in: 'list', where: { value: 'a', matches: '(a+)+b' }, take: 'a', pick: 'max' },
      { of: 'a', when: { value: 'a', is: '*a*a*a*a*b*' } },
      { decode: 'url', of: 'text' },
      { decode: 'json', of: 'a' },
      { device: 'a' },
    ];
    const call = { direction: { constant: 'inbound' }, status: 's', from: { number: 'a' }, to: { number: 'a' } };
    const started = performance.now();
    for (const externalCallId of rules) {
      const { map } = compile({ name: 'long', version: 1, urlEncoded: true, call: { ...call, externalCallId } });
      expect(map(long, { recordTime: 0 })).toHaveLength(1);
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
