import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Crm, startCrm } from '../../../src/crm/server.ts';
import { bodyOf, callBody, callOf, INBOUND_CALL, post } from '../../support/crm-request.ts';
import { SimulatorClock } from '../../support/simulator-clock.ts';

let crm: Crm;
let clock: SimulatorClock;
beforeEach(async () => {
  clock = new SimulatorClock();
  crm = await startCrm({ clock });
});
afterEach(() => crm[Symbol.asyncDispose]());

const call = (body: unknown, signal?: AbortSignal) => post(crm.url + INBOUND_CALL, body, signal ? { signal } : {});

/** Lets the server work until something has come about that it does on its own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

test('it listens on the loopback at a free port, and names its portals', () => {
  expect(crm.url).toBe(`http://127.0.0.1:${crm.port}`);
  expect(crm.portals).toEqual([{ name: 'main', hubId: 100_001, token: 'sim-main' }]);
});

test('an address that cannot be had is told', async () => {
  const refusal = expect.objectContaining({
    code: 'address-unavailable',
    message: expect.stringContaining(`${crm.port}`),
  });
  await expect(startCrm({ port: crm.port })).rejects.toThrow(refusal);
});

test('an IPv6 host gets its brackets', async () => {
  await using six = await startCrm({ host: '::1' });
  expect(six.url).toBe(`http://[::1]:${six.port}`);
  expect((await fetch(`${six.url}/_sim/health`)).status).toBe(200);
});

test('an answer waits out its delay, while the engagement is there at once', async () => {
  crm.addFault({ kind: 'slow', delay: '3s' });
  let answered = false;
  const answer = call(callBody()).then((response) => {
    answered = true;
    return response;
  });
  await until(() => clock.delays.length === 1);
  expect(clock.delays).toEqual([3000]);
  expect([answered, crm.stats().engagements]).toEqual([false, 1]);
  clock.advance(3000);
  expect((await answer).status).toBe(200);
});

test('a reset cuts the connection, before or after the engagement is made', async () => {
  crm.addFault({ kind: 'reset-before-write', externalCallId: 'before' });
  crm.addFault({ kind: 'reset-after-write', externalCallId: 'after' });
  await expect(call(callOf('before'))).rejects.toThrow();
  await expect(call(callOf('after'))).rejects.toThrow();
  expect(crm.engagements().map(({ externalCallId }) => externalCallId)).toEqual(['after']);
  expect((await call(callOf('next'))).status).toBe(200);
});

test('a hanging request is never answered, and does not hold up others or the end', async () => {
  crm.addFault({ kind: 'hang', count: 1 });
  const hanging = call(callBody());
  await until(() => crm.stats().requests['inbound-call']?.hang === 1);
  expect((await call(callBody())).status).toBe(200);
  await crm[Symbol.asyncDispose]();
  await expect(hanging).rejects.toThrow();
});

test('a client that goes away in the middle of its body does no harm', async () => {
  const socket = connect(crm.port, '127.0.0.1');
  await once(socket, 'connect');
  const head = `POST ${INBOUND_CALL} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sim-main\r\nContent-Type: application/json\r\n`;
  socket.write(`${head}Content-Length: 1000\r\n\r\n{"create`);
  await until(() => crm.stats().portals.main?.peak.requests === 1);
  socket.destroy();
  const answer = await call(callBody());
  expect([answer.status, answer.headers.get('x-hubspot-ratelimit-remaining')]).toEqual([200, '108']);
});

test('a refused request with a body leaves the connection usable, and too large a body gets its answer', async () => {
  expect((await post(crm.url + INBOUND_CALL, callBody(), { token: 'nobody' })).status).toBe(401);
  expect((await call(' '.repeat(3_000_000))).status).toBe(413);
  expect((await call(callBody())).status).toBe(200);
});

test('text beyond ASCII arrives whole', async () => {
  const german = { e164Number: '+496990009117', phoneNumberType: 'UNKNOWN' };
  const { callerIdMatches } = await bodyOf(call(callBody({ fromNumber: german })));
  expect(callerIdMatches[0]).toMatchObject({ firstName: 'Jörg "Jo"', lastName: 'Strauß' });
});

test('a fault with mistakes is refused', () => {
  const refusal = expect.objectContaining({
    code: 'simulator-invalid',
    message: expect.stringMatching(/^fault: delay/),
  });
  expect(() => crm.addFault({ kind: 'slow', delay: 'long' })).toThrow(refusal);
  expect(() => crm.addFault({ kind: 'hang', portal: 'nobody' })).toThrow(/no portal named nobody/);
  expect(crm.addFault({ kind: 'hang' })).toBe(1);
  crm.clearFaults();
});

test('time can be moved, and all be forgotten', async () => {
  const headersLeft = async () => (await call(callBody())).headers.get('x-hubspot-ratelimit-remaining');
  expect([await headersLeft(), await headersLeft()]).toEqual(['109', '108']);
  crm.advance(10_000);
  expect(await headersLeft()).toBe('109');
  crm.reset();
  expect(crm.engagements()).toEqual([]);
});
