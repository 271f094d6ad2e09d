import { expect, test } from 'vitest';
import { errorAnswer, invalid, rateLimited, withHeaders } from '../../../src/crm/answer.ts';
import { contractTest } from '../../support/openapi.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test('an error has the correlation id in the body and in the header', () => {
  const { status, headers, body } = errorAnswer(403, { message: 'No.', category: 'BANNED' });
  const error = JSON.parse(body);
  expect(status).toBe(403);
  expect(error).toEqual({
    status: 'error',
    message: 'No.',
    category: 'BANNED',
    correlationId: expect.stringMatching(UUID),
  });
  expect(headers[headers.indexOf('X-HubSpot-Correlation-Id') + 1]).toBe(error.correlationId);
});

test('429 bodies have the fields of the captured ones', () => {
  const rolling = JSON.parse(rateLimited('TEN_SECONDLY_ROLLING', 7).body);
  expect(rolling).toEqual({
    status: 'error',
    message: 'You have reached your ten_secondly_rolling limit.',
    errorType: 'RATE_LIMIT',
    correlationId: expect.stringMatching(UUID),
    policyName: 'TEN_SECONDLY_ROLLING',
    groupName: expect.stringMatching(/^publicapi:.*:7$/),
  });
  const daily = JSON.parse(rateLimited('DAILY', 7).body);
  expect(daily).toMatchObject({ policyName: 'DAILY', message: 'You have reached your daily limit.' });
  expect(daily.requestId).toMatch(UUID);
  expect(JSON.parse(rateLimited('SECONDLY', 7).body).message).toBe('You have reached your secondly limit.');
});

test('headers are added behind', () => {
  const answer = errorAnswer(400, { message: '', category: '' });
  expect(withHeaders(answer, ['A', '1']).headers).toEqual([...answer.headers, 'A', '1']);
  expect(withHeaders(answer, [])).toBe(answer);
});

contractTest('error bodies fit the schema of the OpenAPI file', 'openapi-calling-2026-03.json', (check) => {
  const details = [{ message: 'a', code: 'b', in: 'c', context: { d: ['e'] } }];
  expect(check('Error', JSON.parse(invalid('Invalid.', details).body))).toBeUndefined();
  expect(check('Error', JSON.parse(errorAnswer(403, { message: 'a', category: 'b' }).body))).toBeUndefined();
  expect(check('Error', { message: 'a' })).toMatch(/category/);
});
