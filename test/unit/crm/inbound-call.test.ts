import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inboundCallRequest } from '../../../src/crm/inbound-call.ts';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { bodyOf, callBody, callOf, INBOUND_CALL, post } from '../../support/crm-request.ts';
import { contractTest } from '../../support/openapi.ts';

let crm: Crm;
beforeEach(async () => {
  crm = await startCrm();
});
afterEach(() => crm[Symbol.asyncDispose]());

const call = (body: unknown, path = INBOUND_CALL) => post(crm.url + path, body);
const from = (e164Number: string) => callBody({ fromNumber: { e164Number, phoneNumberType: 'UNKNOWN' } });

test.each(['2025-09', '2026-03', '2026-09'])(
  'answers at version %s with matches, headers and an engagement',
  async (version) => {
    const answer = await call(callOf('a'), `/crm/extensions/calling/${version}/inbound-call`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect(answer.headers.get('x-hubspot-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-hubspot-ratelimit-max')).toBe('110');
    expect(answer.headers.get('x-hubspot-ratelimit-remaining')).toBe('109');
    expect(answer.headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000');
    const { callerIdMatches } = await bodyOf(answer);
    expect(callerIdMatches).toMatchObject([{ callerIdType: 'CONTACT', firstName: 'Ada', lastName: 'Winter' }]);
    expect(crm.engagements()).toMatchObject([{ externalCallId: 'a', properties: { hs_call_external_id: 'a' } }]);
  },
);

test('answers at the legacy path', async () => {
  expect((await call(callBody(), '/crm/v3/extensions/calling/inbound-call')).status).toBe(200);
});

test.each(['/crm/extensions/calling/2026-04/inbound-call', '/crm/extensions/calling/v4/inbound-call', '/'])(
  'there is nothing at %s',
  async (path) => {
    expect((await call(callBody(), path)).status).toBe(404);
  },
);

test('ids beyond 2^53 keep their digits on the wire', async () => {
  const answer = await call(from('+12125550102'));
  expect(await answer.text()).toContain('"objectId":9223372036854775807,');
});

test('several contacts and a company share a number; an unknown number has no match', async () => {
  const { callerIdMatches } = await bodyOf(call(from('+14155550132')));
  const types = callerIdMatches.map(({ callerIdType }: { callerIdType: string }) => callerIdType);
  expect(types).toEqual(['CONTACT', 'CONTACT', 'CONTACT', 'COMPANY']);
  expect(await bodyOf(call(from('+19995550100')))).toEqual({ callerIdMatches: [] });
});

test('the example of the documentation is answered as it says', async () => {
  const page = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
  const [, example] = /-d '(\{\n[^']+\})'/.exec(page) ?? [];
  expect((await bodyOf(call(example ?? ''))).callerIdMatches).toHaveLength(4);
});

test('a repeat makes a second engagement; without createEngagement there is none', async () => {
  await call(callOf('twice'));
  await call(callOf('twice'));
  await call({ ...callOf('look-up'), createEngagement: false });
  const [first, second] = crm.engagements();
  expect(crm.engagements()).toHaveLength(2);
  expect(second?.id).not.toBe(first?.id);
  expect(crm.stats()).toMatchObject({ engagements: 2, externalCallIds: 1, repeatedCallIds: 1 });
});

test('an invalid call is answered 400 with every mistake, and logs nothing', async () => {
  const answer = await call(callBody({ externalCallId: undefined, userId: 2 ** 31, toNumber: { e164Number: '+1' } }));
  expect(answer.status).toBe(400);
  const error = await bodyOf(answer);
  expect(error).toMatchObject({ status: 'error', category: 'VALIDATION_ERROR' });
  expect(error.correlationId).toBe(answer.headers.get('x-hubspot-correlation-id'));
  expect(error.errors.map((each: { in: string }) => each.in)).toEqual([
    'externalCallId',
    'toNumber.phoneNumberType',
    'userId',
  ]);
  expect(crm.stats().engagements).toBe(0);
});

// The validation in src is written by hand from the file; here the file itself decides.
const phone = fc.record({
  e164Number: fc.string(),
  phoneNumberType: fc.constantFrom('MOBILE', 'VOIP', 'UAN'),
  extension: fc.option(fc.string(), { nil: undefined }),
});
const valid = fc.record({
  createEngagement: fc.boolean(),
  engagementProperties: fc.dictionary(fc.string(), fc.string()),
  externalCallId: fc.string(),
  finalCallStatus: fc.constantFrom('MISSED', 'HOLD', 'CANCELED', 'CALLING_CRM_USER'),
  fromNumber: phone,
  toNumber: phone,
  potentialRecipientUserIds: fc.array(fc.integer()),
  callStartedTimestamp: fc.constantFrom('2026-01-01T00:00:00Z', '2024-02-29T10:00:00.123+01:00', undefined),
  durationSeconds: fc.option(fc.integer(), { nil: undefined }),
  userId: fc.option(fc.integer(), { nil: undefined }),
});

const TEXTS = ['', 'x', 'RINGING', 'CANCELLED', 'MOBILE', 'STANDARD_RATE', '2026-01-01', '2026-02-30T00:00:00Z', 'now'];
const NUMBERS = [0, -1, 1.5, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1];
const OTHERS = [undefined, null, true, [], ['x'], [7], [2 ** 31], {}, { a: 1 }, { a: 'b' }];
const PLACES = [
  ...Object.keys(callBody({ callStartedTimestamp: '', durationSeconds: 0, userId: 0, somethingElse: 0 })),
  ...['fromNumber.e164Number', 'fromNumber.phoneNumberType', 'toNumber.extension', 'engagementProperties.a'],
];
const change = fc.tuple(fc.constantFrom(...PLACES), fc.constantFrom<unknown>(...TEXTS, ...NUMBERS, ...OTHERS));

/** JSON of a valid request, or of one with a change somewhere. */
const requests = fc.tuple(valid, fc.option(change, { freq: 2 })).map(([body, changed]) => {
  const copy: Record<string, unknown> = structuredClone(body);
  if (changed) {
    const [outer = '', inner] = changed[0].split('.');
    const within = copy[outer];
    if (inner === undefined) copy[outer] = changed[1];
    else if (typeof within === 'object' && within) Reflect.set(within, inner, changed[1]);
  }
  return JSON.stringify(copy);
});

contractTest('takes and refuses what the OpenAPI file does', 'openapi-calling-2026-03.json', (check) => {
  let refused = 0;
  const runs = 3000;
  fc.assert(
    fc.property(requests, (json) => {
      const verdict = check('CompletedThirdPartyCallRequest', JSON.parse(json));
      if (verdict !== undefined) refused += 1;
      expect(inboundCallRequest.safeParse(JSON.parse(json)).success, `${verdict} ${json}`).toBe(verdict === undefined);
    }),
    { numRuns: runs },
  );
  // Both sides of the question were asked.
  expect(refused).toBeGreaterThan(runs / 10);
  expect(refused).toBeLessThan((runs * 9) / 10);
});

contractTest('answers fit the OpenAPI file', 'openapi-calling-2026-03.json', async (check) => {
  for (const number of ['+12025550143', '+14155550132', '+12025550110', '+16175550118', '+12125550102', '+1999']) {
    const answer = await bodyOf(call(from(number)));
    expect(check('CompletedThirdPartyCallResponse', answer)).toBeUndefined();
  }
  for (const body of ['{', '[]', '{}', callBody({ finalCallStatus: 'REJECTED' })]) {
    expect(check('Error', await bodyOf(call(body)))).toBeUndefined();
  }
});
