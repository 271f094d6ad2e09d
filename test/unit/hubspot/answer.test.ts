import { describe, expect, it } from 'vitest';
import type { CallmatchError, ErrorCode } from '../../../src/errors.ts';
import { type Answer, readInboundCallAnswer, readRefusal, retryAfter } from '../../../src/hubspot/answer.ts';

const WALL = Date.UTC(2026, 0, 15, 12);

function answer(status: number, body: unknown = '', headers: Answer['headers'] = {}): Answer {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function refusal(status: number, body: unknown = '', headers: Answer['headers'] = {}): CallmatchError {
  return readRefusal(answer(status, body, headers), WALL);
}

describe('readInboundCallAnswer', () => {
  it('reads matches, with ids as strings, beyond 2^53 too', () => {
    const coordinates = '{"objectId":9223372036854775807,"objectTypeId":"0-1","portalId":42}';
    const body = `{"callerIdMatches":[{"callerIdType":"CONTACT","objectCoordinates":${coordinates},"email":null}],"new":1}`;
    const { matches } = readInboundCallAnswer(answer(200, body), WALL);
    expect(matches).toMatchObject([
      {
        callerIdType: 'CONTACT',
        objectCoordinates: { objectId: '9223372036854775807', objectTypeId: '0-1', portalId: 42 },
      },
    ]);
  });

  it('takes an empty list for nobody known', () => {
    expect(readInboundCallAnswer(answer(200, { callerIdMatches: [] }), WALL)).toEqual({ matches: [] });
  });

  it.each([
    '',
    'null',
    '<html>',
    '[]',
    '{}',
    '{"callerIdMatches":null}',
    '{"callerIdMatches":"none"}',
    '{"callerIdMatches":[{"callerIdType":"CONT',
    '\u001f\ufffd\b\u0000 not unpacked',
    '{"callerIdMatches":[{"callerIdType":"CONTACT"}]}',
  ])('takes a 200 with %j for accepted, with the matches unknown', (body) => {
    expect(readInboundCallAnswer(answer(200, body), WALL)).toEqual({ matches: 'unknown' });
  });

  it('passes a match of a type that it does not know on', () => {
    const objectCoordinates = { objectId: '12', objectTypeId: '2-7', portalId: 42 };
    const match = { callerIdType: 'DEAL', objectCoordinates, dealName: 'x' };
    expect(readInboundCallAnswer(answer(200, { callerIdMatches: [match] }), WALL)).toEqual({ matches: [match] });
  });

  it.each([100, 103, 201, 202, 204, 207])('throws for a %i: it is no answer of the contract', (status) => {
    const matching = { callerIdMatches: [] };
    expect(() => readInboundCallAnswer(answer(status, matching), WALL)).toThrow(
      expect.objectContaining({ code: 'crm-in-doubt' }),
    );
  });
});

describe('readRefusal', () => {
  it.each<[number, ErrorCode]>([
    [201, 'crm-in-doubt'],
    [204, 'crm-in-doubt'],
    [302, 'crm-redirected'],
    [308, 'crm-redirected'],
    [400, 'crm-rejected'],
    [401, 'crm-unauthorized'],
    [403, 'crm-forbidden'],
    [404, 'crm-rejected'],
    [405, 'crm-rejected'],
    [408, 'crm-in-doubt'],
    [409, 'crm-rejected'],
    [413, 'crm-rejected'],
    [415, 'crm-rejected'],
    [422, 'crm-rejected'],
    [423, 'crm-locked'],
    [429, 'crm-throttled'],
    [477, 'crm-moving'],
    [500, 'crm-in-doubt'],
    [502, 'crm-in-doubt'],
    [503, 'crm-in-doubt'],
    [504, 'crm-in-doubt'],
    [521, 'crm-in-doubt'],
    [524, 'crm-in-doubt'],
  ])('%i is %s', (status, code) => {
    expect(refusal(status).code).toBe(code);
  });

  it('tells the day from the window by the policy name', () => {
    const body = {
      status: 'error',
      errorType: 'RATE_LIMIT',
      policyName: 'DAILY',
      message: 'You have reached your daily limit.',
    };
    expect(refusal(429, body)).toMatchObject({
      code: 'crm-daily-limit',
      retryAfterMs: undefined,
      http: { category: 'RATE_LIMIT' },
    });
    expect(refusal(429, body, { 'retry-after': '7200' }).retryAfterMs).toBe(7_200_000);
    expect(refusal(429, { ...body, policyName: 'TEN_SECONDLY_ROLLING' }).code).toBe('crm-throttled');
  });

  it('takes status, category, correlation id and message from the body', () => {
    const error = refusal(400, { category: 'VALIDATION_ERROR', correlationId: 'c-1', message: 'Some required fields' });
    expect(error.http).toEqual({ status: 400, category: 'VALIDATION_ERROR', correlationId: 'c-1' });
    expect(error.message).toBe('HubSpot answered 400: Some required fields');
  });

  it.each(['<html>', '', 'null', '"text"', '[1]', '{"message":7,"category":null}'])(
    'takes %j for a body without a word, and the correlation id from the header',
    (body) => {
      const error = refusal(502, body, { 'x-hubspot-correlation-id': 'c-2' });
      expect(error).toMatchObject({ message: 'HubSpot answered 502', http: { status: 502, correlationId: 'c-2' } });
    },
  );

  it('never quotes a phone number, and no more than a paragraph', () => {
    const { message } = refusal(400, {
      message: `"+1 (415) 555-0123" is not valid, nor is 00442079460123. ${'x'.repeat(1_000)}`,
    });
    expect(message).not.toMatch(/555|0123|79460/);
    expect(message).toMatch(/415|\+1/);
    expect(message.length).toBeLessThan(600);
  });
});

describe('how long to wait', () => {
  it.each<[string, Record<string, string>, number]>([
    ['seconds', { 'retry-after': '3' }, 3_000],
    ['a date', { 'retry-after': 'Thu, 15 Jan 2026 12:00:07 GMT' }, 7_000],
    ['a date that has passed', { 'retry-after': 'Thu, 15 Jan 2026 11:00:00 GMT' }, 0],
    ['the window of the header', { 'x-hubspot-ratelimit-interval-milliseconds': '12000' }, 12_000],
    ['ten seconds without a word', {}, 10_000],
    ['ten seconds for nonsense', { 'retry-after': '-5', 'x-hubspot-ratelimit-interval-milliseconds': 'x' }, 10_000],
    ['a hundred seconds', { 'retry-after': '100' }, 100_000],
    ['milliseconds, by their size', { 'retry-after': '12500' }, 12_500],
    ['a window at least, should they be seconds', { 'retry-after': '120' }, 10_000],
    ['ten minutes at most', { 'retry-after': 'Thu, 15 Jan 2026 18:00:07 GMT' }, 600_000],
  ])('after a 429: %s', (_name, headers, wanted) => {
    expect(refusal(429, '', headers).retryAfterMs).toBe(wanted);
  });

  it('after a 477: what it says, a minute without a word, a day at most', () => {
    expect(refusal(477, '', { 'retry-after': '7200' }).retryAfterMs).toBe(7_200_000);
    expect(refusal(477).retryAfterMs).toBe(60_000);
    expect(refusal(477, '', { 'retry-after': '999999' }).retryAfterMs).toBe(86_400_000);
  });

  it.each([408, 423, 500, 503, 524])(
    'after a %i: only what it says, the first word of several, ten seconds at most',
    (status) => {
      expect(refusal(status).retryAfterMs).toBeUndefined();
      expect(refusal(status, '', { 'retry-after': ['2', '9'] }).retryAfterMs).toBe(2_000);
      expect(refusal(status, '', { 'retry-after': '3600' }).retryAfterMs).toBe(10_000);
      expect(refusal(status, '', { 'retry-after': 'Fri, 16 Jan 2026 12:00:00 GMT' }).retryAfterMs).toBe(10_000);
    },
  );

  it.each(['', 'soon', '-1', '1e3', '12 monkeys'])('%j is no Retry-After', (value) => {
    expect(retryAfter(value, WALL)).toBeUndefined();
  });
});
