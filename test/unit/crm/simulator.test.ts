import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Simulator, type SimulatorOptions } from '../../../src/crm/simulator.ts';
import { callOf, INBOUND_CALL } from '../../support/crm-request.ts';

function send(simulator: Simulator, id: string, token = 'sim-main'): void {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const arrived = simulator.requests.arrive('POST', INBOUND_CALL, headers);
  if ('answer' in arrived) throw new Error('was refused');
  simulator.requests.receive(arrived, { text: JSON.stringify(callOf(id)) });
}

test('without options it has the portal main', () => {
  using simulator = new Simulator();
  expect(simulator.portals).toEqual([{ name: 'main', hubId: 100_001, token: 'sim-main' }]);
});

test.each<[SimulatorOptions, RegExp]>([
  [{ quota: 'much' }, /^quota: /],
  [{ latency: 'long' }, /^latency: /],
  [{ seed: { portals: {} } }, /^seed: /],
  [{ seed: '/nowhere.yaml' }, /nowhere/],
  [{ store: '/nowhere/crm.sqlite' }, /^store /],
])('%j is refused', (options, message) => {
  const refusal = expect.objectContaining({ code: 'simulator-invalid', message: expect.stringMatching(message) });
  expect(() => new Simulator(options)).toThrow(refusal);
});

test('quotas, engagements and counts of portals are apart', () => {
  const names = Array.from({ length: 1000 }, (_, place) => `p${place}`);
  const portals = Object.fromEntries(names.map((name, place) => [name, { hubId: place + 1, quota: 'rolling:1/10s' }]));
  using simulator = new Simulator({ seed: { portals } });
  for (const name of names) send(simulator, 'same-id', `sim-${name}`);
  const stats = simulator.stats();
  expect(stats).toMatchObject({ engagements: 1000, repeatedCallIds: 0 });
  expect(Object.values(stats.portals).every(({ engagements, peak }) => engagements === 1 && peak.requests === 1)).toBe(
    true,
  );
  expect(simulator.engagements({ portal: 'p7' })).toHaveLength(1);
});

test('a store keeps engagements and the totals across a restart; a reset empties it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callmatch-crm-'));
  const store = join(folder, 'crm.sqlite');
  {
    using first = new Simulator({ store });
    for (const id of ['a', 'b', 'a']) send(first, id);
  }
  {
    using second = new Simulator({ store });
    expect(second.stats()).toMatchObject({ engagements: 3, externalCallIds: 2, repeatedCallIds: 1 });
    expect(second.engagements({ externalCallId: 'b' })).toMatchObject([{ properties: { hs_call_external_id: 'b' } }]);
    expect(second.storeFailure).toBeUndefined();
    second.reset();
  }
  {
    using third = new Simulator({ store });
    expect(third.engagements()).toEqual([]);
  }
  rmSync(folder, { recursive: true });
});

test('a listing can be limited and go on', () => {
  using simulator = new Simulator({ quota: 'none' });
  for (const id of ['a', 'b', 'c']) send(simulator, id);
  const [first] = simulator.engagements({ limit: 1 });
  expect(first?.externalCallId).toBe('a');
  expect(simulator.engagements({ after: first?.id }).map(({ externalCallId }) => externalCallId)).toEqual(['b', 'c']);
});
