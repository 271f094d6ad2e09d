import { describe, expect, it, test } from 'vitest';
import type { Mapped } from '../../../src/cdr/mapping/mapping.ts';
import { assign, compileRoute, type RouteSetting } from '../../../src/routing/route.ts';
import { sampleCall } from '../../support/sample-call.ts';

const ACME = { name: 'acme' };
const directory = {
  named: (text: string) => (['acme', '100001'].includes(text) ? ACME : undefined),
  numbered: (e164: string) => (e164 === '+12025550143' ? ACME : undefined),
};

function look(
  setting: RouteSetting,
  at: { headers?: Record<string, Buffer | string | (Buffer | string)[]>; record?: unknown; to?: string },
) {
  const route = compileRoute(setting, directory);
  if (route.by === 'headers') return route.find(at.headers ?? {});
  if (route.by === 'record') return route.find(at.record);
  return route.find(sampleCall({ to: { e164: at.to, type: 'UNKNOWN' } }));
}

describe('a call is looked for', () => {
  const header = { header: 'x-portal' };
  const field = { field: 'tenant.id' };

  it.each<[string, RouteSetting, Parameters<typeof look>[1], unknown]>([
    ['by a fixed name', { name: 'acme' }, {}, ACME],
    ['by a fixed name that went', { name: 'gone' }, {}, { unknown: 'there is no portal gone any more' }],
    ['by a header', header, { headers: { 'x-portal': Buffer.from(' acme ') } }, ACME],
    ['by a hub id in a header', header, { headers: { 'x-portal': '100001' } }, ACME],
    ['by the last of several headers', header, { headers: { 'x-portal': ['other', Buffer.from('acme')] } }, ACME],
    ['by a header that is not there', header, {}, { unknown: 'the header x-portal is missing or blank' }],
    [
      'by a header named as Object has it',
      { header: 'toString' },
      {},
      { unknown: 'the header toString is missing or blank' },
    ],
    [
      'by a header without a value',
      header,
      { headers: { 'x-portal': Buffer.alloc(0) } },
      { unknown: 'the header x-portal is missing or blank' },
    ],
    [
      'by an unknown one',
      header,
      { headers: { 'x-portal': 'other' } },
      { unknown: 'the header x-portal is "other", which is no portal\'s name or hub id' },
    ],
    ['by a field', field, { record: { tenant: { id: 'acme' } } }, ACME],
    ['by a hub id in a field', field, { record: { tenant: { id: 100001 } } }, ACME],
    ['by a big hub id in a field', field, { record: { tenant: { id: 100001n } } }, ACME],
    ['by a list of keys', { field: ['tenant', 'a.b'] }, { record: { tenant: { 'a.b': 'acme' } } }, ACME],
    ['by a field that is not there', field, { record: {} }, { unknown: 'the field tenant.id is missing or blank' }],
    [
      'by a field that holds no name',
      field,
      { record: { tenant: { id: {} } } },
      { unknown: 'the field tenant.id is missing or blank' },
    ],
    ['by the number called', { did: true }, { to: '+12025550143' }, ACME],
    ['without a number called', { did: true }, {}, { unknown: 'there is no number called' }],
  ])('%s', (_, setting, at, found) => {
    expect(look(setting, at)).toEqual(found);
  });

  it('and no number of a person is in what is said of it', () => {
    const said = [
      look({ did: true }, { to: '+14155550100' }),
      look(field, { record: { tenant: { id: '+1 415 555 0100' } } }),
      look(header, { headers: { 'x-portal': `${'x'.repeat(50)}+14155550100` } }),
    ];
    expect(JSON.stringify(said)).not.toMatch(/5550100|555 0100/);
    expect(said[0]).toEqual({ unknown: 'no portal has the number called, +141******00' });
  });
});

describe('what a record became', () => {
  const call: Mapped = { kind: 'call', call: sampleCall({ externalCallId: 'call-1' }) };
  const skip: Mapped = { kind: 'skip', reason: 'not-inbound' };
  const failure: Mapped = { kind: 'failure', code: 'invalid-field', message: 'status' };

  test.each([call, skip, failure])("is its portal's: %j", (mapped) => {
    expect(assign(mapped, ACME)).toEqual({ portal: ACME, mapped });
  });

  test.each([skip, failure])('stays what it is without a portal: %j', (mapped) => {
    expect(assign(mapped, { unknown: 'why' })).toEqual({ portal: undefined, mapped });
  });

  test('is buried when it is a call that belongs to nobody', () => {
    const mapped = { kind: 'failure', code: 'unknown-portal', message: 'why', externalCallId: 'call-1' };
    expect(assign(call, { unknown: 'why' })).toEqual({ portal: undefined, mapped });
  });
});
