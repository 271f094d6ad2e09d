import { describe, expect, it } from 'vitest';
import { createOrderKeys, type Ordering, parkedKeys } from '../../../src/delivery/order-keys.ts';

const call = { externalCallId: 'c-1' };
const record = { topic: 'calls.cdr', partition: 3, key: Buffer.from([0xff, 0x00]) };

const keysOf = (
  mode: Ordering['mode'],
  by: Ordering['by'] = 'call',
  from: Parameters<ReturnType<typeof createOrderKeys>>[2] = record,
) => createOrderKeys({ mode, by })('main', call, from);

describe('createOrderKeys', () => {
  it.each([
    ['key', 'call', ['call main:c-1']],
    ['key', 'portal', ['portal main']],
    ['key', 'record-key', ['record ÿ\0', 'call main:c-1']],
    ['partition', 'call', ['partition calls.cdr/3', 'call main:c-1']],
    ['partition', 'portal', ['partition calls.cdr/3', 'call main:c-1']],
    ['unordered', 'call', ['call main:c-1']],
  ] as const)('%s by %s gives %j', (mode, by, wanted) => {
    expect(keysOf(mode, by)).toEqual(wanted);
  });

  it('keeps keys apart that are the same as text but not as bytes', () => {
    const bytes = (...key: number[]) => keysOf('key', 'record-key', { ...record, key: Buffer.from(key) });
    expect(bytes(0xfe)).not.toEqual(bytes(0xff));
  });

  it('gives records without a key only the order of their call', () => {
    expect(keysOf('key', 'record-key', { ...record, key: null })).toEqual(['call main:c-1']);
  });
});

it('parked calls have keys of their own, portal by portal', () => {
  expect(parkedKeys('a', ['record k'])).toEqual(['parked a record k']);
  expect(parkedKeys('b', ['record k'])).not.toEqual(parkedKeys('a', ['record k']));
});
