import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/error-table.ts';
import { CallmatchError, type ErrorCode, messageOf } from '../../src/errors.ts';

describe('the table of errors', () => {
  it('says in whole sentences what happened and what to do', () => {
    for (const [code, { meaning, remedy }] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const sentence of [meaning, remedy]) expect(sentence).toMatch(/^[A-Z].*\.$/s);
    }
  });

  it('retries what is refused for now, and never buries what is in doubt', () => {
    const fates = (...codes: ErrorCode[]) => new Set(codes.map((code) => ERRORS[code].fate));
    expect(fates('crm-throttled', 'crm-locked', 'crm-unreachable', 'crm-in-doubt')).toEqual(new Set(['retry']));
    expect(fates('crm-daily-limit', 'crm-moving', 'crm-unauthorized', 'crm-forbidden', 'portal-mismatch')).toEqual(
      new Set(['pause-portal']),
    );
    expect(fates('crm-rejected', 'poison', 'undecodable', 'record-too-large')).toEqual(new Set(['bury']));
  });
});

describe('CallmatchError', () => {
  it('has the fate of its code, and what is known of the answer', () => {
    const cause = new Error('below');
    const error = new CallmatchError('crm-throttled', 'slow down', { cause, http: { status: 429 }, retryAfterMs: 5 });
    expect(error).toMatchObject({ fate: 'retry', http: { status: 429 }, retryAfterMs: 5, attempts: 0, cause });
    expect(String(error)).toBe('CallmatchError: slow down');
  });

  it('has no cause where there is none', () => {
    expect('cause' in new CallmatchError('undecodable', 'x')).toBe(false);
  });
});

describe('messageOf', () => {
  it.each([
    [new Error('plain'), 'plain'],
    [new AggregateError([], ''), 'AggregateError'],
    [Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['text', 'text'],
    [undefined, 'undefined'],
  ])('of %o is %s', (thrown, text) => {
    expect(messageOf(thrown)).toBe(text);
  });
});
