import { expect, it } from 'vitest';
import { selecting } from '../../../src/replay/selecting.ts';
import type { CallPlace } from '../../../src/replay/selection.ts';
import type { Routed, SourceStages } from '../../../src/source-stages.ts';
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
