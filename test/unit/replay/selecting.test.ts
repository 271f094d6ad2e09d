import { expect, it } from 'vitest';
import { selecting, selectingTrial } from '../../../src/replay/selecting.ts';
import type { CallPlace } from '../../../src/replay/selection.ts';
import type { Routed, SourceStages } from '../../../src/source-stages.ts';
import type { TrialEnd } from '../../../src/trial/trial.ts';
import { sampleCall } from '../../support/sample-call.ts';
import { sampleDelivery } from '../../support/sample-delivery.ts';

it('asks for every call of a known portal, with its place', () => {
  const call = { kind: 'call', call: sampleCall() } as const;
  const nobodys: Routed = { portal: undefined, mapped: { kind: 'skip', reason: 'not-inbound' } };
  // Of a portal only its name is asked here.
  const portal = { name: 'main' } as Extract<Routed, { mapped: unknown; portal: object }>['portal'];
  const stages: SourceStages = {
    decode: () => ({ kind: 'tombstone' }),
    map: () => [{ portal, mapped: call }, nobodys, { portal, mapped: call }],
    mapping: { name: 'canonical', version: '1' },
    portal: () => undefined,
  };
  const asked: [CallPlace, string][] = [];
  const stagesOf = selecting(
    (place, name, end) => {
      asked.push([place, name]);
      return place.callIndex === 0 ? { kind: 'skip', reason: 'already-enriched' } : end;
    },
    () => stages,
  );
  const delivery = sampleDelivery({ topic: 't', partition: 1, offset: 7 });
  const ends = stagesOf('t').map({}, delivery);
  expect(ends.map(({ mapped }) => mapped)).toEqual([
    { kind: 'skip', reason: 'already-enriched' },
    nobodys.mapped,
    call,
  ]);
  expect(asked).toEqual([
    [{ topic: 't', partition: 1, offset: 7, callIndex: 0 }, 'main'],
    [{ topic: 't', partition: 1, offset: 7, callIndex: 2 }, 'main'],
  ]);
  // Compiled once a topic.
  expect(stagesOf('t')).toBe(stagesOf('t'));
});

it('does the same in a trial', async () => {
  const source = { ...sampleDelivery({ topic: 't', partition: 1, offset: 7 }) };
  const call = sampleCall();
  const ends: TrialEnd[] = [
    { source, callIndex: 0, portal: 'main', end: { kind: 'skipped', reason: 'withheld', call } },
    { source, callIndex: 1, portal: 'main', end: { kind: 'skipped', reason: 'not-inbound' } },
    {
      source,
      callIndex: 2,
      portal: undefined,
      end: { kind: 'buried', code: 'undecodable', message: 'x', stage: 'decode' },
    },
  ];
  const trial = selectingTrial(
    ({ callIndex }, portal, end) => {
      expect([callIndex, portal, end.kind]).toEqual([0, 'main', 'skip']);
      return { kind: 'skip', reason: 'filtered' };
    },
    { take: async () => ends, close: () => ends },
  );
  const made = await trial.take(source);
  expect(made.map(({ end }) => end)).toEqual([
    { kind: 'skipped', reason: 'filtered', call },
    ends[1]?.end,
    ends[2]?.end,
  ]);
  expect(trial.close()).toEqual(made);
});
