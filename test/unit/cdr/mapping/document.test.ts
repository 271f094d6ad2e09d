import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mappingDocument } from '../../../../src/cdr/mapping/document.ts';

const DOCUMENT = {
  name: 'my-pbx',
  version: '2026-01',
  call: { externalCallId: 'id', direction: 'way', status: 's', from: { number: 'a' }, to: { number: ['b', 'c'] } },
};
const accepts = (change: object) => mappingDocument.safeParse({ ...DOCUMENT, ...change }).success;

describe('mappingDocument', () => {
  it('needs little', () => {
    expect(mappingDocument.parse(DOCUMENT)).toMatchObject({ parameters: {}, requires: [], skip: [] });
  });

  it.each([
    { name: 'My PBX' },
    { version: 0 },
    { unknown: 1 },
    { csv: { columns: [] } },
    { csv: { columns: [['a', '__proto__']] } },
    { csv: { columns: [['a', 'b\r']] } },
    { skip: [{ reason: 'duplicate', when: { exists: 'a' } }] },
    { parameters: { 'time-zone': { type: 'text', description: 'x' } } },
    { parameters: { zone: { type: 'text' } } },
    { call: { ...DOCUMENT.call, from: { number: 'a', mainNumber: '1' } } },
    { call: { ...DOCUMENT.call, startedAt: { time: 't', unit: 'min' } } },
    { call: { ...DOCUMENT.call, direction: {} } },
  ])('refuses %j', (change) => {
    expect(accepts(change)).toBe(false);
  });

  it('can be written as JSON Schema', () => {
    const schema = z.toJSONSchema(mappingDocument, { io: 'input' });
    expect(Object.keys(schema.$defs ?? {})).toEqual(expect.arrayContaining(['ValueRule', 'ConditionRule']));
  });
});
