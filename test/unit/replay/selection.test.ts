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
  expect(createSelection(filter, undefined)(place, 'main', call)).toBe(isSent ? undefined : 'filtered');
});

it('leaves out what was enriched, and asks by its place and its id', () => {
  const asked: unknown[][] = [];
  const before = {
    has(...args: unknown[]) {
      asked.push(args);
      return true;
    },
  };
  expect(createSelection({}, before)(place, 'main', call)).toBe('already-enriched');
  expect(asked).toEqual([[place, 7, 0, 'main', 'c-1']]);
});
