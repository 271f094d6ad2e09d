import { describe, expect, it } from 'vitest';
import { mappingDocument } from '../../../../src/cdr/mapping/document.ts';
import { compileItems } from '../../../../src/cdr/mapping/items.ts';
import { scopeOf } from '../../../support/rules.ts';

const DOCUMENT = {
  name: 'test',
  version: 1,
  call: { externalCallId: 'id', direction: 'x', status: 'y', from: { number: 'a' }, to: { number: 'b' } },
};

function itemsOf(change: object, record: unknown) {
  const scope = scopeOf();
  const items = compileItems(mappingDocument.parse({ ...DOCUMENT, ...change }), scope);
  scope.problems.throwIfAny('test');
  return items(record, { recordTime: 5, topic: 't' });
}

describe('the records in a value', () => {
  it('is the value itself by default', () => {
    const record = { a: '%41' };
    expect(itemsOf({}, record)).toEqual({ records: [record], origin: { whole: record, recordTime: 5, topic: 't' } });
  });

  it.each<[string, unknown, unknown]>([
    ['an object', { after: { id: 1 } }, { id: 1 }],
    ['the text of one', { after: '{"id":1}' }, { id: 1 }],
    ['in the next place', { after: null, payload: { after: { id: 2 } } }, { id: 2 }],
    ['no list', { after: [1] }, { after: [1] }],
    ['no other text', { after: '[1]', payload: 'x' }, { after: '[1]', payload: 'x' }],
    ['nothing at all', 5, 5],
  ])('is what is inside: %s', (_name, record, inner) => {
    expect(itemsOf({ unwrap: ['after', 'payload.after'] }, record)).toMatchObject({
      records: [inner],
      origin: { whole: record },
    });
  });

  it('is every item of a list', () => {
    expect(itemsOf({ each: 'list' }, { list: [{ id: 1 }, 5] })).toMatchObject({ records: [{ id: 1 }, 5] });
    expect(itemsOf({ each: 'list' }, { list: '[{"id":1}]' })).toMatchObject({ records: [{ id: 1 }] });
    expect(itemsOf({ unwrap: 'in', each: 'list' }, { in: { list: [1, 2] } })).toMatchObject({ records: [1, 2] });
    expect(itemsOf({ each: 'list' }, { list: [] })).toEqual({ end: { kind: 'skip', reason: 'filtered' } });
    expect(itemsOf({ each: 'list' }, { id: 1 })).toMatchObject({ records: [{ id: 1 }] });
  });

  it.each([
    [{ list: {} }, 'what should be a list is none (each of the mapping test)'],
    [{ list: '{' }, 'what should be a list is none (each of the mapping test)'],
    [{ list: new Array(10_001).fill(1) }, 'the list has more than 10000 items (each of the mapping test)'],
  ])('are none where there is no list', (record, message) => {
    expect(itemsOf({ each: 'list' }, record)).toEqual({ end: { kind: 'failure', code: 'no-call-record', message } });
  });

  it('has its texts decoded once', () => {
    const record = { a: '%2B41', n: 1, list: ['%41', { b: '%2541', 'c%41': '100%' }] };
    const decoded = { a: '+41', n: 1, list: ['A', { b: '%41', 'c%41': '100%' }] };
    expect(itemsOf({ urlEncoded: true }, record)).toMatchObject({ records: [decoded] });
    const wrapped = { in: '{"a":"%22%2B41%22"}' };
    expect(itemsOf({ urlEncoded: true, unwrap: 'in' }, wrapped)).toMatchObject({ records: [{ a: '"+41"' }] });
  });

  it('keeps a hostile name to its record, and does not overflow', () => {
    const record = JSON.parse('{"__proto__":{"a":"%41"}}');
    expect(JSON.stringify(itemsOf({ urlEncoded: true }, record))).toContain('{"__proto__":{"a":"A"}}');
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(itemsOf({ urlEncoded: true }, { deep })).toHaveProperty('records');
  });
});
