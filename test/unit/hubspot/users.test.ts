import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/cdr/call.ts';
import { FIRST_WAIT_MS } from '../../../src/hubspot/user-sync.ts';
import type { UserEntry } from '../../../src/hubspot/user-table.ts';
import { attributed, createUsers } from '../../../src/hubspot/users.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { sampleCall } from '../../support/sample-call.ts';

/** A call whose source knows no HubSpot users, but names its agents. */
function callOf(agent: string | undefined, agents: readonly string[] = []): Call {
  const { userId: _, ...call } = sampleCall({ potentialRecipientUserIds: [], agents });
  return agent === undefined ? call : { ...call, agent };
}
const idsOf = ({ userId, potentialRecipientUserIds }: Call) => [userId, potentialRecipientUserIds];

function setUp(table: Record<string, number>, read?: () => Promise<readonly UserEntry[]>) {
  const clock = new ManualClock();
  const unknown: string[] = [];
  let reads = 0;
  const users = createUsers(
    'main',
    { table, sync: read === undefined ? 'none' : 'owners', refresh: 3_600_000 },
    {
      read() {
        reads += 1;
        return read?.() ?? Promise.reject(new Error('there is no sync'));
      },
      clock,
      events: { agentUnknown: (_portal, agent) => unknown.push(agent), usersSynced() {}, usersNotSynced() {} },
    },
  );
  return { clock, unknown, users, reads: () => reads };
}

describe('attributed', () => {
  const find = (agent: string) =>
    new Map([
      ['a', 1],
      ['b', 2],
      ['c', 1],
    ]).get(agent.toLowerCase());

  it.each<[string, Call, unknown[], string[]]>([
    ['who took the call', callOf('a'), [1, []], []],
    ['who was rung, each once', callOf(undefined, ['a', 'b', 'A', 'c']), [undefined, [1, 2]], []],
    ['nobody', callOf(undefined), [undefined, []], []],
    ['a stranger, told once', callOf('X', ['x', 'b', 'y']), [undefined, [2]], ['x', 'y']],
  ])('finds %s', (_what, call, ids, unknown) => {
    const result = attributed(call, find);
    expect(idsOf(result.call)).toEqual(ids);
    expect(result.unknown.map((name) => name.toLowerCase())).toEqual(unknown);
  });

  it('never changes the ids that the source gives, nor anything else', () => {
    const id = fc.integer({ min: 1, max: 9 });
    const name = fc.constantFrom('a', 'A', 'b', 'x', 'y');
    const given = fc.record({
      userId: fc.option(id, { nil: undefined }),
      rung: fc.array(id),
      agent: fc.option(name, { nil: undefined }),
      agents: fc.array(name),
    });
    fc.assert(
      fc.property(given, ({ userId, rung, agent, agents }) => {
        const call = {
          ...callOf(agent, agents),
          ...(userId !== undefined && { userId }),
          potentialRecipientUserIds: rung,
        };
        const result = attributed(call, find);
        const ids = rung.length > 0 ? rung : [...new Set(agents.flatMap((one) => find(one) ?? []))];
        const found = agent === undefined ? undefined : find(agent);
        expect(idsOf(result.call)).toEqual([userId ?? found, ids]);
        expect({ ...result.call, userId, potentialRecipientUserIds: rung }).toEqual({ ...call, userId });
        const asked = [
          ...(userId === undefined && agent !== undefined ? [agent] : []),
          ...(rung.length > 0 ? [] : agents),
        ];
        const strangers = new Set(asked.filter((one) => find(one) === undefined));
        expect(new Set(result.unknown)).toEqual(strangers);
        expect(result.unknown).toHaveLength(strangers.size);
      }),
    );
  });
});

describe('users', () => {
  it('leave a call as it is where there are none, and count nobody', () => {
    const { users, unknown } = setUp({});
    const call = callOf('a', ['b']);
    expect(users.attribute(call)).toBe(call);
    expect(unknown).toEqual([]);
  });

  it('come from the table at once', () => {
    const { users, unknown } = setUp({ 'Alice@example.com': 101, '201': 102 });
    const call = users.attribute(callOf(' alice@EXAMPLE.com', ['201', '299']));
    expect(call instanceof Promise || idsOf(call)).toEqual([101, [102]]);
    expect(unknown).toEqual(['299']);
  });

  it('are not asked for while the table, or the source itself, tells', async () => {
    const { users, reads } = setUp({ a: 1 }, () => Promise.resolve([]));
    const same = sampleCall({ agent: 'x', agents: ['y'] });
    expect(idsOf(await users.attribute(callOf('a', ['A'])))).toEqual([1, [1]]);
    expect(idsOf(await users.attribute(same))).toEqual(idsOf(same));
    expect(await users.attribute(callOf(undefined))).toEqual(callOf(undefined));
    expect(reads()).toBe(0);
  });

  it('of the table go before those of HubSpot', async () => {
    const { users, reads } = setUp({ a: 1 }, () =>
      Promise.resolve([
        ['A', 8],
        ['b', 9],
      ]),
    );
    expect(idsOf(await users.attribute(callOf('a', ['b', 'a'])))).toEqual([1, [9, 1]]);
    expect(users.attribute(callOf('b'))).not.toBeInstanceOf(Promise);
    expect(reads()).toBe(1);
  });

  it('hold a call up for two seconds at most, and the next one not at all', async () => {
    const { users, unknown, clock } = setUp({}, () => new Promise(() => {}));
    const waiting = Promise.all([users.attribute(callOf('a')), users.attribute(callOf('b'))]);
    await clock.elapse(FIRST_WAIT_MS);
    expect((await waiting).map(({ userId }) => userId)).toEqual([undefined, undefined]);
    expect(users.attribute(callOf('c'))).not.toBeInstanceOf(Promise);
    expect(unknown).toEqual(['a', 'b', 'c']);
  });

  it('are left out when they cannot be read', async () => {
    const { users, unknown } = setUp({ b: 2 }, () => Promise.reject(new Error('no answer')));
    expect(idsOf(await users.attribute(callOf('a', ['b'])))).toEqual([undefined, [2]]);
    expect(unknown).toEqual(['a']);
  });
});
