import { describe, expect, it } from 'vitest';
import type { PartRecord } from '../../../../src/cdr/mapping/mapping.ts';
import { compile, sha256 } from '../../../support/mapping.ts';

const DOCUMENT = {
  name: 'test',
  version: 1,
  requires: [{ exists: 'type' }],
  skip: [{ reason: 'not-voice', when: { value: 'type', is: 'sms' } }],
  fold: {
    by: 'leg',
    end: { value: 'type', is: 'hangup' },
    idle: '2m',
    parts: {
      begin: { where: { value: 'type', is: 'initiated' }, pick: 'first' },
      last: { pick: 'last', by: 'seq' },
    },
  },
  call: {
    externalCallId: { first: ['begin.leg', 'last.id'] },
    direction: { constant: 'inbound' },
    status: { constant: 'COMPLETED' },
    rawCause: 'last.cause',
    from: { number: 'begin.from' },
    to: { number: { in: 'all', where: { filled: 'to' }, take: 'to', pick: 'last' } },
    properties: { whole: { outer: 'last.type' } },
  },
};
const CONTEXT = { recordTime: Date.UTC(2026, 0, 15) };
const FIRST = { type: 'initiated', leg: 'a', from: '+12025550179', seq: 1 };
const SECOND = { type: 'answered', leg: 'a', to: '+12125550100', seq: 3, cause: 'late' };
const THIRD = { type: 'hangup', leg: 'a', seq: 2, cause: 'early' };

const mapping = compile(DOCUMENT);
const partOf = (record: object): PartRecord => {
  const [part] = mapping.map(record, CONTEXT);
  if (part?.kind !== 'part') throw new TypeError('no part');
  return part;
};

describe('a mapping that folds', () => {
  it('gives parts by what they have in common, and knows the one that ends the call', () => {
    const parts = [FIRST, SECOND, THIRD].map(partOf);
    expect(parts.map(({ key }) => key)).toEqual(['a', 'a', 'a']);
    expect(parts.map((part) => part.ends([part.record]))).toEqual([false, false, true]);
    expect(mapping.fold?.idle).toBe(120_000);
    expect(compile({ ...DOCUMENT, fold: { by: 'leg' } }).fold?.idle).toBeUndefined();
  });

  it('can be over with what the records say together', () => {
    const end = { all: [{ exists: { outer: 'begin' } }, { value: { outer: 'last.seq' }, is: 3 }, { filled: 'cause' }] };
    const { map } = compile({ ...DOCUMENT, fold: { ...DOCUMENT.fold, end } });
    const [second, third] = [SECOND, THIRD].map((record) => map(record, CONTEXT)[0]);
    if (second?.kind !== 'part' || third?.kind !== 'part') throw new TypeError('no parts');
    expect(second.ends([SECOND])).toBe(false);
    expect(second.ends([FIRST, SECOND])).toBe(true);
    expect(third.ends([SECOND, FIRST, THIRD])).toBe(true);
    expect(third.ends([FIRST, THIRD])).toBe(false);
  });

  it('is not over with a record for which an expression fails', () => {
    const fold = { by: 'leg', end: { value: { jsonata: '$number(type)' }, is: 1 } };
    const { map } = compile({ ...DOCUMENT, fold });
    const [part] = map(THIRD, CONTEXT);
    expect(part?.kind === 'part' && part.ends([THIRD])).toBe(false);
  });

  it('joins parts: the rules see each by its name, and all of them', () => {
    expect(mapping.fold?.join([FIRST, SECOND, THIRD].map(partOf), CONTEXT)).toMatchObject({
      kind: 'call',
      call: {
        externalCallId: 'a',
        from: { e164: '+12025550179' },
        to: { e164: '+12125550100' },
        rawCause: 'late',
        engagementProperties: { whole: 'answered' },
      },
    });
  });

  it('judges each record before it is a part', () => {
    expect(mapping.map({ type: 'sms', leg: 'a' }, CONTEXT)).toEqual([{ kind: 'skip', reason: 'not-voice' }]);
    expect(mapping.map({ leg: 'a' }, CONTEXT)).toMatchObject([{ kind: 'failure', code: 'no-call-record' }]);
  });

  it('makes a call of its own of a record that has nothing in common', () => {
    const alone = { type: 'initiated', id: 'x', leg: ' ', from: '+12025550179', to: '+12125550100' };
    expect(mapping.map(alone, CONTEXT)).toMatchObject([{ kind: 'call', call: { externalCallId: 'x' } }]);
  });

  it('counts a part once that was delivered twice', () => {
    const document = {
      ...DOCUMENT,
      call: { ...DOCUMENT.call, talkSeconds: { duration: { in: 'all', take: 'seq', pick: 'sum' }, unit: 's' } },
    };
    const again = { seq: 3, cause: 'late', to: '+12125550100', leg: 'a', type: 'answered' };
    const parts = [FIRST, SECOND, again, THIRD, FIRST].map(partOf);
    expect(compile(document).fold?.join(parts, CONTEXT)).toMatchObject({ call: { talkSeconds: 6 } });
  });

  it('takes the time to wait from a parameter', () => {
    const document = {
      ...DOCUMENT,
      parameters: { wait: { type: 'text', description: 'How long.', default: '10s' } },
      fold: { by: 'leg', idle: { parameter: 'wait' } },
    };
    expect(compile(document).fold?.idle).toBe(10_000);
    expect(compile(document, { parameters: { wait: '250ms' } }).fold?.idle).toBe(250);
    const message = 'fold.idle: soon is no duration such as 30s, 10m or 2h';
    expect(() => compile(document, { parameters: { wait: 'soon' } })).toThrow(message);
  });

  it('makes the id that is missing from what they have in common', () => {
    const { fold } = compile({ ...DOCUMENT, call: { ...DOCUMENT.call, externalCallId: 'none' } });
    const id = { call: { externalCallId: sha256('a') } };
    expect(fold?.join([FIRST, SECOND, THIRD].map(partOf), CONTEXT)).toMatchObject(id);
    expect(fold?.join([FIRST, SECOND].map(partOf), CONTEXT)).toMatchObject(id);
  });

  it('keeps the hash of a key that is long', () => {
    const leg = 'x'.repeat(1_000);
    expect(partOf({ ...FIRST, leg }).key).toBe(sha256(leg));
  });

  it('names the places of its mistakes', () => {
    const fold = { by: { parameter: 'none' }, parts: { a: { pick: 'first', by: { parameter: 'gone' } } } };
    expect(() => compile({ ...DOCUMENT, fold })).toThrow(/fold\.by.*none[\s\S]*fold\.parts\.a\.by.*gone/);
  });
});
