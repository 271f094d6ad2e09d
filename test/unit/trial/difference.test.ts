import { describe, expect, it } from 'vitest';
import { differences } from '../../../src/trial/difference.ts';

const GOT = { status: 'BUSY', from: { e164: '+1', type: 'MOBILE' }, agents: ['a', 'b'], startedAt: 1768469400000 };

describe('a difference', () => {
  it.each([
    {},
    { status: 'BUSY' },
    { from: { type: 'MOBILE' } },
    { agents: ['a', 'b'] },
    { startedAt: 1768469400000 },
    { startedAt: '2026-01-15T09:30:00Z' },
    { startedAt: '2026-01-15T10:30:00.000+01:00' },
    { userId: null },
  ])('is none where all that is expected is there: %j', (expected) => {
    expect(differences(expected, GOT, 'call')).toEqual([]);
  });

  it.each([
    [{ status: 'MISSED' }, 'call.status', '"MISSED"', '"BUSY"'],
    [{ from: { e164: '+2' } }, 'call.from.e164', '"+2"', '"+1"'],
    [{ from: 'x' }, 'call.from', '"x"', '{"e164":"+1","type":"MOBILE"}'],
    [{ agents: ['a'] }, 'call.agents', '["a"]', '["a","b"]'],
    [{ agents: ['a', 'c'] }, 'call.agents[1]', '"c"', '"b"'],
    [{ startedAt: '2026-01-15T09:30:01Z' }, 'call.startedAt', '"2026-01-15T09:30:01Z"', '1768469400000'],
    [{ userId: 1 }, 'call.userId', '1', 'nothing'],
    [{ status: null }, 'call.status', 'null', '"BUSY"'],
    [{ toString: 1 }, 'call.toString', '1', 'nothing'],
  ])('of %j has its place', (expected, path, wanted, got) => {
    expect(differences(expected, GOT, 'call')).toEqual([{ path, expected: wanted, got }]);
  });

  it('is told for every field', () => {
    expect(differences({ status: 'x', agents: [] }, GOT, 'call').map(({ path }) => path)).toEqual([
      'call.status',
      'call.agents',
    ]);
  });
});
