import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import {
  type DeadLetterContext,
  deadLetterHeaders,
  omittedValueHeaders,
  ownHeaders,
  type RecordHeaders,
  readDeadLetter,
  type SourceBytes,
} from '../../../src/outcome/dead-letter.ts';

const source: SourceBytes = {
  topic: 'calls.cdr',
  partition: 3,
  offset: 2 ** 40,
  timestamp: 1_700_000_000_000,
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: { traceparent: Buffer.from('00-1'), tags: ['a', Buffer.from('b')], none: undefined },
};
const context: DeadLetterContext = {
  stage: 'submit',
  portal: 'main',
  externalCallId: 'call-1',
  callIndex: 0,
  attempts: 8,
  redrives: 1,
  mapping: { name: 'canonical', version: '3' },
  group: 'callmatch',
  time: Date.UTC(2026, 0, 15),
  version: '0.1.0',
};
const error = new CallmatchError('poison', 'failed 8 times', {
  http: { status: 503, category: 'TIMEOUT', correlationId: 'c-1' },
});

describe('deadLetterHeaders', () => {
  it('keeps the original headers and adds the reason, under the names of the design', () => {
    expect(deadLetterHeaders(source, error, context)).toEqual({
      traceparent: Buffer.from('00-1'),
      tags: ['a', Buffer.from('b')],
      'callmatch.code': 'poison',
      'callmatch.stage': 'submit',
      'callmatch.message': 'failed 8 times',
      'callmatch.attempts': '8',
      'callmatch.http-status': '503',
      'callmatch.category': 'TIMEOUT',
      'callmatch.correlation-id': 'c-1',
      'callmatch.portal': 'main',
      'callmatch.group': 'callmatch',
      'callmatch.external-id': 'call-1',
      'callmatch.call-index': '0',
      'callmatch.redrives': '1',
      'callmatch.mapping': 'canonical 3',
      'callmatch.source-topic': 'calls.cdr',
      'callmatch.source-partition': '3',
      'callmatch.source-offset': '1099511627776',
      'callmatch.source-timestamp': '1700000000000',
      'callmatch.source-key': Buffer.from('k'),
      'callmatch.time': '2026-01-15T00:00:00.000Z',
      'callmatch.version': '0.1.0',
    });
  });

  it('keeps a header with a name of Object', () => {
    const odd = { ...source, headers: Object.fromEntries([['__proto__', 'x']]) };
    expect(Object.entries(deadLetterHeaders(odd, error, context))[0]).toEqual(['__proto__', 'x']);
  });

  it('leaves out what is not known', () => {
    const bare = { ...source, key: null, headers: {} };
    const names = Object.keys(
      deadLetterHeaders(bare, new CallmatchError('undecodable', 'x'), {
        ...context,
        portal: undefined,
        externalCallId: undefined,
      }),
    );
    for (const name of ['http-status', 'category', 'correlation-id', 'portal', 'external-id', 'source-key']) {
      expect(names).not.toContain(`callmatch.${name}`);
    }
  });

  it('keeps nothing of an earlier burial that is no longer true', () => {
    const redriven = {
      ...source,
      headers: { 'callmatch.http-status': '400', 'callmatch.value-omitted': '9', other: 'x' },
    };
    const headers = deadLetterHeaders(redriven, new CallmatchError('undecodable', 'x'), context);
    expect(headers).toMatchObject({ other: 'x', 'callmatch.code': 'undecodable' });
    expect(headers).not.toHaveProperty(['callmatch.http-status']);
    expect(headers).not.toHaveProperty(['callmatch.value-omitted']);
  });

  it('cuts a long message', () => {
    const long = deadLetterHeaders(source, new CallmatchError('undecodable', 'x'.repeat(5_000)), context);
    expect(String(long['callmatch.message'])).toHaveLength(1_000);
  });
});

it('stands for a value that is left out by its length and hash', () => {
  expect(omittedValueHeaders(Buffer.alloc(9), 'abc')).toEqual({
    'callmatch.value-omitted': '9',
    'callmatch.value-sha256': 'abc',
  });
});

it('reads our headers without their prefix', () => {
  const headers = { other: 'x', 'callmatch.code': Buffer.from('poison'), 'callmatch.stage': ['a', 'b'] };
  expect(ownHeaders(headers)).toEqual({ code: 'poison', stage: 'a' });
});

describe('readDeadLetter', () => {
  const text = fc.string({ unit: 'binary' });
  const value = fc.oneof(
    text,
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  const header = fc.option(fc.oneof(value, fc.array(value)), { nil: undefined });
  /** As they are read again: a client knows bytes only, and a name that comes more than once has a list. */
  const onTheWire = (headers: RecordHeaders): RecordHeaders =>
    Object.fromEntries(
      Object.entries(headers).flatMap(([name, one]) => {
        const parts = [one ?? []].flat().map((part) => Buffer.from(part));
        return parts.length === 0 ? [] : [[name, parts.length === 1 ? parts[0] : parts]];
      }),
    );

  it('finds where any dead letter comes from', () => {
    const origin = fc.record({
      group: text,
      topic: text,
      partition: fc.nat(),
      offset: fc.oneof(fc.nat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER)),
      callIndex: fc.nat(),
      externalCallId: fc.option(text, { nil: undefined }),
    });
    const ours = fc
      .constantFrom('group', 'external-id', 'call-index', 'source-offset')
      .map((name) => `callmatch.${name}`);
    const earlier = fc.dictionary(fc.oneof(text, ours), header);
    fc.assert(
      fc.property(origin, earlier, ({ group, topic, partition, offset, callIndex, externalCallId }, headers) => {
        const letter = deadLetterHeaders({ ...source, topic, partition, offset, headers }, error, {
          ...context,
          group,
          callIndex,
          externalCallId,
        });
        const found = { group, source: { topic, partition, offset }, callIndex, externalCallId };
        expect(readDeadLetter(onTheWire(letter))).toEqual(found);
      }),
    );
  });

  it('takes nothing of a stranger for one, and never throws', () => {
    const names = ['group', 'source-topic', 'source-partition', 'source-offset', 'call-index', 'external-id'] as const;
    const own = fc.record(Object.fromEntries(names.map((name) => [`callmatch.${name}`, header])), { requiredKeys: [] });
    fc.assert(
      fc.property(own, fc.dictionary(text, header), (some, others) => {
        const found = readDeadLetter({ ...others, ...some });
        if (found === undefined) return;
        const { source, callIndex } = found;
        for (const number of [source.partition, source.offset, callIndex]) {
          expect(Number.isInteger(number) && number >= 0).toBe(true);
        }
      }),
    );
  });

  it.each(['group', 'source-topic', 'source-partition', 'source-offset', 'call-index'])('needs %s', (name) => {
    const { [`callmatch.${name}`]: _, ...letter } = deadLetterHeaders(source, error, context);
    expect(readDeadLetter(letter)).toBeUndefined();
  });

  it.each(['-1', '1.5', '1e3', '', ' 1', '٣', '12345678901234567'])('takes %j for no offset', (digits) => {
    const letter = { ...deadLetterHeaders(source, error, context), 'callmatch.source-offset': digits };
    expect(readDeadLetter(letter)).toBeUndefined();
  });
});
