import { expect, test } from 'vitest';
import { faultAnswer, faultWrites } from '../../../src/crm/fault-answer.ts';
import { type FaultRuleInput, faultRule } from '../../../src/crm/fault-rule.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

function scripted(rule: FaultRuleInput) {
  const answer = faultAnswer(faultRule.parse(rule), undefined, NOW);
  if (answer === undefined || typeof answer === 'string') return { silence: answer };
  const header = (name: string) => {
    const place = answer.headers.indexOf(name);
    return place < 0 ? undefined : answer.headers[place + 1];
  };
  return {
    status: answer.status,
    body: answer.body,
    type: header('Content-Type'),
    retryAfter: header('Retry-After'),
    location: header('Location'),
  };
}

test.each([
  [429, undefined],
  [423, 'LOCKED'],
  [477, 'MIGRATION_IN_PROGRESS'],
  [401, 'EXPIRED_AUTHENTICATION'],
  [403, 'MISSING_SCOPES'],
  [500, 'SCRIPTED_FAULT'],
  [524, 'SCRIPTED_FAULT'],
])('status %d has category %s', (status, category) => {
  const answer = scripted({ kind: 'status', status });
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body ?? '').category).toBe(category);
});

test('a 429 names its policy; Retry-After comes as seconds, as a date, or not at all', () => {
  const rule = { kind: 'status', status: 429 } as const;
  expect(JSON.parse(scripted(rule).body ?? '').policyName).toBe('TEN_SECONDLY_ROLLING');
  expect(JSON.parse(scripted({ ...rule, policy: 'DAILY' }).body ?? '').policyName).toBe('DAILY');
  expect(scripted(rule).retryAfter).toBeUndefined();
  expect(scripted({ ...rule, retryAfter: 90 }).retryAfter).toBe('90');
  expect(scripted({ ...rule, retryAfter: 90, retryAfterAs: 'date' }).retryAfter).toBe('Thu, 01 Jan 2026 00:01:30 GMT');
});

test('category, message or the whole body can be given', () => {
  const rule = { kind: 'status', status: 403 } as const;
  expect(JSON.parse(scripted({ ...rule, category: 'BANNED', message: 'Out.' }).body ?? '')).toMatchObject({
    category: 'BANNED',
    message: 'Out.',
  });
  expect(scripted({ ...rule, body: '{"status":"BAD_HUB"}' }).body).toBe('{"status":"BAD_HUB"}');
});

test('pages, empty bodies, bodies off the contract, redirects', () => {
  expect(scripted({ kind: 'html' })).toMatchObject({ status: 502, type: 'text/html;charset=utf-8' });
  expect(scripted({ kind: 'empty', status: 200 })).toMatchObject({ status: 200, body: '', type: undefined });
  expect(scripted({ kind: 'off-contract', body: 'null' })).toMatchObject({ status: 200, body: 'null' });
  expect(scripted({ kind: 'redirect', status: 307, location: '/x' })).toMatchObject({ status: 307, location: '/x' });
});

test('silence', () => {
  expect(scripted({ kind: 'hang' }).silence).toBe('hang');
  expect(scripted({ kind: 'reset-before-write' }).silence).toBe('reset');
  expect(scripted({ kind: 'reset-after-write' }).silence).toBe('reset');
  expect(scripted({ kind: 'slow', delay: '1s' }).silence).toBeUndefined();
});

test.each([
  [{ kind: 'slow', delay: '1s' }, true],
  [{ kind: 'reset-after-write' }, true],
  [{ kind: 'reset-before-write' }, false],
  [{ kind: 'redirect' }, false],
  [{ kind: 'off-contract' }, true],
  [{ kind: 'hang' }, false],
  [{ kind: 'hang', writes: true }, true],
  [{ kind: 'status', status: 504, writes: true }, true],
] as const)('%j writes: %s', (rule, expected) => {
  expect(faultWrites(faultRule.parse(rule))).toBe(expected);
});
