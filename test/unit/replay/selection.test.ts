import { expect, it } from 'vitest';
import type { Call } from '../../../src/cdr/call.ts';
import { type CallFilter, createSelection } from '../../../src/replay/selection.ts';

const call: Call = {
  externalCallId: 'c-1',
  direction: 'inbound',
  from: { e164: '+41315550179', type: 'FIXED_LINE' },
  to: { e164: '+41315550100', type: 'FIXED_LINE' },
  status: 'MISSED',
  agents: [],
  potentialRecipientUserIds: [],
  engagementProperties: {},
};
const place = { topic: 'calls.cdr', partition: 0, offset: 7, callIndex: 0 };

it.each<[string, CallFilter, boolean]>([
  ['nothing', {}, true],
  ['its portal', { portals: ['acme', 'main'] }, true],
  ['another portal', { portals: ['acme'] }, false],
  ['its status', { statuses: ['MISSED'] }, true],
  ['another status', { statuses: ['COMPLETED', 'BUSY'] }, false],
  ['its caller', { numbers: ['+41315550179'] }, true],
  ['the line called', { numbers: ['+41315550100'] }, true],
  ['another number', { numbers: ['+41315550111'] }, false],
  ['its id', { externalIds: ['c-1'] }, true],
  ['another id', { externalIds: ['c-2'] }, false],
  ['its portal and another status', { portals: ['main'], statuses: ['BUSY'] }, false],
])('asked for %s', (_, filter, isSent) => {
  const end = { kind: 'call', call } as const;
  const made = createSelection(filter, undefined)(place, 'main', end);
  expect(made).toEqual(isSent ? end : { kind: 'skip', reason: 'filtered' });
});

it('leaves out what was enriched, and asks by its place and its id', () => {
  const asked: unknown[][] = [];
  const has = (...args: unknown[]) => asked.push(args) > 0;
  const select = createSelection({}, { has, hasSkip: () => false });
  expect(select(place, 'main', { kind: 'call', call })).toEqual({ kind: 'skip', reason: 'already-enriched' });
  expect(asked).toEqual([[place, 7, 0, 'main', 'c-1']]);
});

it('does not publish a skip twice, and leaves alone what is neither', () => {
  const withheld = { kind: 'skip', reason: 'withheld', call } as const;
  const counted = { kind: 'skip', reason: 'withheld' } as const;
  const failure = { kind: 'failure', code: 'invalid-field', message: 'no' } as const;
  const select = (isThere: boolean) => createSelection({}, { has: () => true, hasSkip: () => isThere });
  expect(select(true)(place, 'main', withheld)).toEqual(counted);
  expect(select(false)(place, 'main', withheld)).toBe(withheld);
  for (const end of [counted, failure]) expect(select(true)(place, 'main', end)).toBe(end);
});
