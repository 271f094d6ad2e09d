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
  expect(ends.map((end) => 'mapped' in end && end.mapped)).toEqual([
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

it('asks for a call of several records by the first of them', () => {
  // Of a portal only its name is asked here.
  const portal = { name: 'main' } as Extract<Routed, { mapped: unknown; portal: object }>['portal'];
  const part = { kind: 'part', key: 'a', ends: () => false, record: {} } as const;
  const stages: SourceStages = {
    decode: () => ({ kind: 'tombstone' }),
    map: (record, source) => [{ part, record, source }],
    fold: { idle: undefined, join: () => ({ portal, mapped: { kind: 'call', call: sampleCall() } }) },
    mapping: { name: 'legs', version: '1' },
    portal: () => undefined,
  };
  const asked: CallPlace[] = [];
  const { map, fold } = selecting(
    (place) => {
      asked.push(place);
      return { kind: 'skip', reason: 'already-enriched' };
    },
    () => stages,
  )('t');
  const parts = [7, 9].map((offset) => {
    const source = sampleDelivery({ topic: 't', partition: 1, offset });
    return { part, record: {}, source, callIndex: offset === 7 ? 2 : 0 };
  });
  const [first, second] = parts;
  if (first === undefined || second === undefined) throw new Error('there are two');
  expect(map({}, first.source)).toMatchObject([{ part }]);
  expect(fold?.join([first, second])).toMatchObject({ mapped: { reason: 'already-enriched' } });
  expect(asked).toEqual([{ topic: 't', partition: 1, offset: 7, callIndex: 2 }]);
});
