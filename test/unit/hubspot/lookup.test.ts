import { describe, expect, it } from 'vitest';
import { lookupBody, readLookupAnswer } from '../../../src/hubspot/lookup.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const clock = new ManualClock();
const read = (status: number, body: string, after?: string) => {
  const { found, isCutOff, next } = readLookupAnswer({ status, headers: {}, body }, clock, after);
  return [[...found], isCutOff, next];
};
const results = (...ids: (string | null)[]) => ids.map((id) => ({ id: '1', properties: { hs_call_external_id: id } }));
const page = (total: number, ids: (string | null)[], after?: unknown) =>
  JSON.stringify({ total, results: results(...ids), ...(after !== undefined && { paging: { next: { after } } }) });

describe('look-up', () => {
  it('asks for calls by their external ids, any of them', () => {
    const filters = (value: string) => [{ propertyName: 'hs_call_external_id', operator: 'EQ', value }];
    expect(JSON.parse(lookupBody(['call "1"', 'call 2']))).toEqual({
      filterGroups: [{ filters: filters('call "1"') }, { filters: filters('call 2') }],
      properties: ['hs_call_external_id'],
      limit: 100,
    });
    expect(JSON.parse(lookupBody(['call 1'], '100'))).toMatchObject({ after: '100' });
  });

  it('reads what there is', () => {
    expect(read(200, page(0, []))).toEqual([[], false, undefined]);
    expect(read(200, page(3, ['Call-A', 'call-b', null]))).toEqual([['Call-A', 'call-b'], false, undefined]);
  });

  it('tells that the answer does not hold all, and where it goes on', () => {
    expect(read(200, page(2, ['a'], '1'))).toEqual([['a'], true, '1']);
    expect(read(200, page(2, ['a'], 1))).toEqual([['a'], true, '1']);
    expect(read(200, page(2, ['a']))).toEqual([['a'], true, undefined]);
    expect(read(200, page(101, ['b']), '100')).toEqual([['b'], false, undefined]);
    expect(read(200, page(301, ['b'], '200'), '100')).toEqual([['b'], true, '200']);
  });

  it.each(['<html>', 'null', '{}', '{"total":1}', '{"results":[]}', '{"total":1,"results":[{}]}'])(
    'takes %s for no answer',
    (body) => {
      expect(() => read(200, body)).toThrow(expect.objectContaining({ code: 'crm-in-doubt' }));
    },
  );

  it('refuses as any request is refused', () => {
    expect(() => read(429, '')).toThrow(expect.objectContaining({ code: 'crm-throttled' }));
  });
});
