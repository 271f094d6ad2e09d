import { describe, expect, it } from 'vitest';
import { lookupBody, readLookupAnswer } from '../../../src/hubspot/lookup.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const clock = new ManualClock();
const read = (status: number, body: string) => readLookupAnswer({ status, headers: {}, body }, 'Call-A', clock);
const found = (...ids: (string | null)[]) =>
  JSON.stringify({
    total: ids.length,
    results: ids.map((id) => ({ id: '1', properties: { hs_call_external_id: id } })),
  });

describe('look-up', () => {
  it('asks for one call by its external id', () => {
    expect(JSON.parse(lookupBody('call "1"'))).toEqual({
      filterGroups: [{ filters: [{ propertyName: 'hs_call_external_id', operator: 'EQ', value: 'call "1"' }] }],
      properties: ['hs_call_external_id'],
      limit: 100,
    });
  });

  it('reads whether there is one', () => {
    expect(read(200, found())).toBe(false);
    expect(read(200, found('Call-A'))).toBe(true);
  });

  it('is not deceived by an id that differs in its case only, which the search finds too', () => {
    expect(read(200, found('call-a', null))).toBe(false);
    expect(read(200, found('call-a', 'Call-A'))).toBe(true);
  });

  it.each(['<html>', 'null', '{}', '{"total":1}', '{"results":[{}]}'])('takes %s for no answer', (body) => {
    expect(() => read(200, body)).toThrow(expect.objectContaining({ code: 'crm-in-doubt' }));
  });

  it('refuses as any request is refused', () => {
    expect(() => read(429, '')).toThrow(expect.objectContaining({ code: 'crm-throttled' }));
  });
});
