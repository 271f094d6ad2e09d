import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import type { RecordHeaders } from '../../../src/outcome/dead-letter.ts';
import { parkedHeaders, readParked, sourceOfParked } from '../../../src/outcome/parked-call.ts';

const SOURCE = {
  topic: 'calls.cdr',
  partition: 3,
  offset: 42,
  timestamp: 1_700_000_000_000,
  key: Buffer.from([0, 255]),
  value: Buffer.from([1, 2, 254]),
  headers: { portal: Buffer.from('main'), twice: [Buffer.from('a'), Buffer.from('b')] },
};
const CONTEXT = {
  stage: 'submit',
  portal: 'main',
  externalCallId: 'call-1',
  callIndex: 2,
  attempts: 1,
  redrives: 3,
  mapping: { name: 'canonical', version: '3' },
  group: 'g',
  time: 0,
  version: '0',
} as const;

function parked(source: Parameters<typeof parkedHeaders>[0] = SOURCE, inDoubt = false) {
  const headers = parkedHeaders(source, new CallmatchError('crm-moving', 'paused'), CONTEXT, inDoubt);
  const origin = readParked(headers);
  if (origin === undefined) throw new Error('no parked call');
  return { origin, source: sourceOfParked(origin, { value: source.value, headers }), headers };
}

describe('a parked call', () => {
  it('says whose it is, and where it comes from', () => {
    const { origin } = parked();
    expect(origin).toMatchObject({
      portal: 'main',
      group: 'g',
      callIndex: 2,
      externalCallId: 'call-1',
      inDoubt: false,
    });
    expect(origin.source).toEqual({ topic: 'calls.cdr', partition: 3, offset: 42 });
  });

  it('gives back its source record, byte for byte, with what was done for it', () => {
    const { source } = parked();
    expect(source).toEqual({
      ...SOURCE,
      headers: { ...SOURCE.headers, 'callmatch.redrives': '3', 'callmatch.attempts': '1' },
    });
  });

  it('tells a record without a key from one with an empty one', () => {
    expect(parked({ ...SOURCE, key: null }).source.key).toBeNull();
    expect(parked({ ...SOURCE, key: Buffer.alloc(0) }).source.key).toEqual(Buffer.alloc(0));
  });

  it('says when HubSpot may have it', () => {
    expect(parked(SOURCE, true).origin.inDoubt).toBe(true);
  });

  it('is not what lacks a header', () => {
    const { 'callmatch.portal': _, ...headers }: RecordHeaders = parked().headers;
    expect(readParked(headers)).toBeUndefined();
    expect(readParked({})).toBeUndefined();
  });
});
