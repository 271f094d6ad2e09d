import { beforeEach, expect, test } from 'vitest';
import type { FaultRuleInput } from '../../../src/crm/fault-rule.ts';
import { faultRule } from '../../../src/crm/fault-rule.ts';
import type { Admitted, Reply } from '../../../src/crm/request-path.ts';
import { Simulator, type SimulatorOptions } from '../../../src/crm/simulator.ts';
import { callOf, INBOUND_CALL } from '../../support/crm-request.ts';
import { SimulatorClock } from '../../support/simulator-clock.ts';

const HEADERS = { authorization: 'Bearer sim-main', 'content-type': 'application/json' };

let clock: SimulatorClock;
beforeEach(() => {
  clock = new SimulatorClock();
});

const simulatorOf = (options: SimulatorOptions = {}) => new Simulator({ clock, ...options });
const arrive = ({ requests }: Simulator, headers = HEADERS) => requests.arrive('POST', INBOUND_CALL, headers);

function admitted(simulator: Simulator): Admitted {
  const arrived = arrive(simulator);
  if ('answer' in arrived) throw new Error('was refused');
  return arrived;
}

function statusOf(what: Admitted | Reply): number | string {
  if (!('answer' in what)) return 'admitted';
  return typeof what.answer === 'string' ? what.answer : what.answer.status;
}

function send(simulator: Simulator, id = 'a'): Reply {
  return simulator.requests.receive(admitted(simulator), { text: JSON.stringify(callOf(id)) });
}

const header = ({ answer }: Reply, name: string) =>
  typeof answer === 'string' ? undefined : answer.headers[answer.headers.indexOf(name) + 1];

test('a request counts when its head arrives, not when its body does', () => {
  const simulator = simulatorOf({ quota: 'rolling:2/10s' });
  const [first, second] = [admitted(simulator), admitted(simulator)];
  expect(statusOf(arrive(simulator))).toBe(429);
  clock.advance(10_000);
  expect(statusOf(arrive(simulator))).toBe('admitted');
  for (const each of [first, second]) {
    expect(statusOf(simulator.requests.receive(each, { text: JSON.stringify(callOf('a')) }))).toBe(200);
  }
});

test('what does not authenticate takes nothing of the quota; what is invalid does', () => {
  const simulator = simulatorOf({ quota: 'rolling:1/10s' });
  expect(statusOf(arrive(simulator, { ...HEADERS, authorization: 'Bearer nobody' }))).toBe(401);
  expect(statusOf(arrive(simulator, { ...HEADERS, 'content-type': 'text/plain' }))).toBe(415);
  expect(statusOf(arrive(simulator))).toBe(429);
});

test.each([
  ['application/json; charset=utf-8', 'admitted'],
  ['Application/JSON', 'admitted'],
  ['application/jsonx', 415],
  ['', 415],
])('content type %j: %s', (type, expected) => {
  expect(statusOf(arrive(simulatorOf(), { ...HEADERS, 'content-type': type }))).toBe(expected);
});

test('a compressed body is refused', () => {
  const headers = { ...HEADERS, 'content-encoding': 'gzip' };
  expect(statusOf(arrive(simulatorOf(), headers))).toBe(415);
});

test('a body that is too large or no UTF-8 is refused, with rate headers', () => {
  const simulator = simulatorOf();
  const large = simulator.requests.receive(admitted(simulator), { refused: 'too-large' });
  expect([statusOf(large), header(large, 'X-HubSpot-RateLimit-Remaining')]).toEqual([413, '109']);
  expect(statusOf(simulator.requests.receive(admitted(simulator), { refused: 'not-utf8' }))).toBe(400);
});

test('refusals by quota name the window or the day', () => {
  const window = simulatorOf({ quota: 'fixed:1/10s' });
  send(window);
  const refused = arrive(window);
  if (!('answer' in refused) || typeof refused.answer === 'string') throw new Error('no answer');
  expect(JSON.parse(refused.answer.body).policyName).toBe('TEN_SECONDLY_ROLLING');
  expect(header(refused, 'X-HubSpot-RateLimit-Remaining')).toBe('0');
  expect(header(refused, 'Retry-After')).not.toMatch(/^\d+$/);
  const daily = simulatorOf({ quota: 'daily:1' });
  send(daily);
  const tomorrow = arrive(daily);
  if (!('answer' in tomorrow) || typeof tomorrow.answer === 'string') throw new Error('no answer');
  expect(JSON.parse(tomorrow.answer.body).policyName).toBe('DAILY');
});

test.each<[FaultRuleInput, number | string, number]>([
  [{ kind: 'status', status: 503 }, 503, 0],
  [{ kind: 'status', status: 504, writes: true }, 504, 1],
  [{ kind: 'slow', delay: '3s' }, 200, 1],
  [{ kind: 'hang' }, 'hang', 0],
  [{ kind: 'hang', writes: true }, 'hang', 1],
  [{ kind: 'reset-before-write' }, 'reset', 0],
  [{ kind: 'reset-after-write' }, 'reset', 1],
  [{ kind: 'html' }, 502, 0],
  [{ kind: 'empty' }, 502, 0],
  [{ kind: 'off-contract' }, 200, 1],
  [{ kind: 'redirect' }, 302, 0],
])('%j ends as %s with %i engagements, and is counted so', (rule, ending, engagements) => {
  const simulator = simulatorOf();
  simulator.addFaults([faultRule.parse(rule)]);
  expect(statusOf(send(simulator))).toBe(ending);
  expect(simulator.stats()).toMatchObject({ engagements, requests: { 'inbound-call': { [ending]: 1 } } });
});

test('a fault chosen by number or id hits that call only', () => {
  const simulator = simulatorOf();
  simulator.addFaults([faultRule.parse({ kind: 'hang', externalCallId: 'b' })]);
  expect(['a', 'b', 'c'].map((id) => statusOf(send(simulator, id)))).toEqual([200, 'hang', 200]);
});

test('a scripted 429 shows the window as used up; a gateway error shows no window', () => {
  const simulator = simulatorOf();
  simulator.addFaults([faultRule.parse({ kind: 'status', status: 429, count: 1 })]);
  simulator.addFaults([faultRule.parse({ kind: 'html', count: 1 })]);
  expect(header(send(simulator), 'X-HubSpot-RateLimit-Remaining')).toBe('0');
  const page = send(simulator).answer;
  expect(typeof page === 'string' ? [] : page.headers).not.toContain('X-HubSpot-RateLimit-Remaining');
});

test('every answer takes the latency, and that of a fault on top', () => {
  const simulator = simulatorOf({ latency: '60-120ms', random: () => 0.5 });
  simulator.addFaults([faultRule.parse({ kind: 'slow', delay: '1s', count: 1 })]);
  expect([send(simulator).delayMs, send(simulator).delayMs]).toEqual([1090, 90]);
  const refused = arrive(simulator, { ...HEADERS, authorization: '' });
  expect('delayMs' in refused && refused.delayMs).toBe(90);
});
