import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FaultRuleInput } from '../../../src/crm/fault-rule.ts';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { CALL_SEARCH, callBody, callOf, INBOUND_CALL, post } from '../../support/crm-request.ts';

let crm: Crm;
beforeEach(async () => {
  crm = await startCrm({ searchLagMs: 0 });
});
afterEach(() => crm[Symbol.asyncDispose]());

const call = (body: unknown = callBody()) => post(crm.url + INBOUND_CALL, body);
const search = () => post(crm.url + CALL_SEARCH, { filterGroups: [] });

test('a trickling answer is whole, in the end', async () => {
  const plain = await (await call()).text();
  crm.addFault({ kind: 'trickle', every: '0s' });
  expect(await (await call()).text()).toBe(plain);
});

test('a trickling answer begins at once, and its next byte takes its time', async () => {
  crm.addFault({ kind: 'trickle', every: '1h' });
  const answer = await call();
  expect(answer.status).toBe(200);
  const first = await answer.body?.getReader().read();
  expect(first?.value).toEqual(new Uint8Array(Buffer.from('{')));
});

test('an answer is cut in the middle of its body', async () => {
  crm.addFault({ kind: 'cut' });
  const answer = await call();
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow();
});

test('an answer is compressed though nobody asked', async () => {
  crm.addFault({ kind: 'gzip' });
  const answer = await call();
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  // fetch unpacks it.
  expect(await answer.json()).toMatchObject({ callerIdMatches: [{ callerIdType: 'CONTACT' }] });
});

test('a body is larger than any client wants, and still the contract', async () => {
  crm.addFault({ kind: 'oversize', bytes: 100_000 });
  const text = await (await call()).text();
  expect([text.length, JSON.parse(text).callerIdMatches.length]).toEqual([100_000, 1]);
});

test.each<FaultRuleInput>([
  { kind: 'trickle', every: '0s' },
  { kind: 'cut' },
  { kind: 'gzip' },
  { kind: 'oversize', bytes: 10 },
])('the engagement is made: $kind', async (rule) => {
  crm.addFault(rule);
  await call(callOf('a')).then((answer) => answer.text().catch(() => 'cut'));
  expect(crm.engagements()).toMatchObject([{ externalCallId: 'a' }]);
});

test('a search suffers the same', async () => {
  crm.addFault({ kind: 'oversize', bytes: 1_000, endpoint: 'call-search' });
  expect((await (await search()).text()).length).toBe(1_000);
});
