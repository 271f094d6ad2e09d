import { describe, expect, it } from 'vitest';
import type { Mapped } from '../../../src/cdr/mapping/mapping.ts';
import type { Redriven } from '../../../src/redrive/redriven.ts';
import { type Before, createRedriving } from '../../../src/redrive/redriving.ts';
import type { Routed, SourceStages } from '../../../src/source-stages.ts';
import type { AboutLetter } from '../../support/letter-record.ts';
import { openLetter } from '../../support/open-letter.ts';
import { ScriptedPortal } from '../../support/parking-world.ts';
import { sampleCall } from '../../support/sample-call.ts';
import { sampleDelivery } from '../../support/sample-delivery.ts';

const PORTAL = new ScriptedPortal('main');
const NOTHING: Before = { has: () => false, hasId: () => false, counts: { calls: 0, droppedIds: 0 } };

const call = (id: string): Routed => {
  return { portal: PORTAL, mapped: { kind: 'call', call: sampleCall({ externalCallId: id }) } };
};

function redriven(about: AboutLetter): Redriven {
  return { ...sampleDelivery(), ...{ letter: openLetter(about) } };
}

function open(ends: readonly Routed[], before: Before = NOTHING) {
  const stages: SourceStages = {
    decode: () => ({ kind: 'tombstone' }),
    map: () => ends,
    mapping: { name: 'canonical', version: '3' },
    portal: () => PORTAL,
  };
  const redriving = createRedriving(before);
  const mapped = (source: Redriven | ReturnType<typeof sampleDelivery>) =>
    redriving
      .selecting(() => stages)('calls.cdr')
      .map({}, source)
      .map((end): Mapped | undefined => ('mapped' in end ? end.mapped : undefined));
  return { redriving, mapped };
}

const OTHER = { kind: 'skip', reason: 'filtered' };

describe('of a record that comes again', () => {
  it('only the call of the letter is done', () => {
    const { redriving, mapped } = open([call('a'), call('b'), call('c')]);
    expect(mapped(redriven({ id: 'b', callIndex: 1 }))).toMatchObject([OTHER, { kind: 'call' }, OTHER]);
    expect(redriving.others).toBe(2);
  });

  it('nothing is done for a call that has an engagement by now', () => {
    const hasId = (_portal: string, id: string) => id === 'a';
    const { mapped } = open([call('a')], { ...NOTHING, hasId });
    expect(mapped(redriven({ id: 'a' }))).toEqual([{ kind: 'skip', reason: 'already-enriched' }]);
  });

  it('the place tells of an engagement only where ids found no room', () => {
    const has = () => true;
    expect(open([call('a')], { ...NOTHING, has }).mapped(redriven({ id: 'a' }))).toMatchObject([{ kind: 'call' }]);
    const counts = { calls: 9, droppedIds: 1 };
    const { mapped } = open([call('a')], { ...NOTHING, has, counts });
    expect(mapped(redriven({ id: 'a' }))).toMatchObject([{ reason: 'already-enriched' }]);
  });

  it('a call that it does not give any more is buried at its place', () => {
    const { mapped } = open([call('a'), call('b')]);
    expect(mapped(redriven({ id: 'c', callIndex: 3 }))).toMatchObject([
      ...[OTHER, OTHER, OTHER],
      { kind: 'failure', code: 'parked-call-gone', externalCallId: 'c' },
    ]);
  });

  it('all calls are done where it could not be read before', () => {
    const { mapped } = open([call('a'), call('b')]);
    const letter = redriven({ stage: 'decode', code: 'undecodable', id: undefined });
    expect(mapped(letter)).toMatchObject([{ kind: 'call' }, { kind: 'call' }]);
  });
});

it('leaves alone what comes from elsewhere', () => {
  const { redriving, mapped } = open([call('a'), call('b')]);
  expect(mapped(sampleDelivery())).toMatchObject([{ kind: 'call' }, { kind: 'call' }]);
  expect(redriving.others).toBe(0);
});
