/** Records that an earlier owner of the partition had in its hands, and those that go to another owner from ours. */
import { describe, expect, it } from 'vitest';
import type { Mapped } from '../../src/cdr/mapping/mapping.ts';
import { CallmatchError } from '../../src/errors.ts';
import type { Delivery } from '../../src/kafka/delivery.ts';
import { callName } from '../../src/outcome/call-name.ts';
import { settled } from '../support/manual-clock.ts';
import { PermissionSwitch } from '../support/permission-switch.ts';
import {
  ACCEPTED,
  buried,
  call,
  codesOf,
  openPipeline,
  outcomesOf,
  type Script,
  skip,
  take,
} from '../support/pipeline-world.ts';
import { NOTHING_READ, sampleDelivery } from '../support/sample-delivery.ts';

/** What an earlier owner has published of the record at offset 0. */
const ended = (...names: string[]): Partial<Delivery> => ({
  readBack: { ...NOTHING_READ, hasEnded: (offset, name) => offset === 0 && names.includes(name) },
});

/** A record in doubt: whether it has ended shows when the test says so. */
function inDoubt() {
  const answer = Promise.withResolvers<boolean>();
  const asked: [number, string][] = [];
  const delivery: Partial<Delivery> = {
    inDoubt: true,
    readBack: {
      hasEnded: () => false,
      untilSettled(offset, name, signal) {
        asked.push([offset, name]);
        signal.addEventListener('abort', () => answer.reject(signal.reason));
        return answer.promise;
      },
    },
  };
  return { delivery, asked, answer: answer.resolve };
}

/** A record whose partition can be lost. */
function losable(changes: Partial<Delivery> = {}) {
  const lost = new AbortController();
  const { signal } = lost;
  const delivery = sampleDelivery({ signal, publishing: signal, ...changes });
  return { delivery, lose: () => lost.abort(new Error('another owner')) };
}

const KINDS: [string, Script][] = [
  ['a call', {}],
  ['a published skip', { map: () => [skip('withheld', true)] }],
  ['a failure', { map: () => [buried] }],
];

describe('what an earlier owner has ended', () => {
  it.each(KINDS)('is passed over and settles its record: %s', async (_name, script) => {
    const world = openPipeline(script);
    const delivery = await take(world, sampleDelivery(ended(callName(0, 'call-1'))));
    expect([world.submitted, world.sink.records, delivery.settled, world.crashes]).toEqual([[], [], 1, []]);
    expect(await world.count('callSkipped', { reason: 'already-enriched' })).toBe(1);
    expect(world.pipeline.oldestUnfinished()).toBeUndefined();
  });

  it('is passed over though it could not be decoded', async () => {
    const world = openPipeline({ decode: () => ({ kind: 'failure', code: 'undecodable', message: 'x' }) });
    const delivery = await take(world, sampleDelivery(ended(callName(0, undefined))));
    expect([world.sink.records, delivery.settled]).toEqual([[], 1]);
  });

  it.each([
    ['of another offset', { offset: 1 }, callName(0, 'call-1')],
    ['at another place', {}, callName(1, 'call-1')],
    ['of another id', {}, callName(0, 'call-2')],
  ])('is not what is %s', async (_name, changes, name) => {
    const world = openPipeline({});
    await take(world, sampleDelivery({ ...ended(name), ...changes }));
    expect(world.submitted).toEqual(['call-1']);
  });

  it('is each call of a record for itself, also when it has the same one twice', async () => {
    const ids = ['a', 'b', 'a', 'c'];
    const world = openPipeline({ map: () => ids.map((externalCallId) => call({ externalCallId })) });
    const delivery = await take(world, sampleDelivery(ended(callName(0, 'a'), callName(3, 'c'))));
    expect([world.submitted, delivery.settled]).toEqual([['b', 'a'], 1]);
    expect(outcomesOf(world).map(({ callIndex }) => callIndex)).toEqual([1, 2]);
    expect(await world.count('callSkipped', { reason: 'already-enriched' })).toBe(2);
  });
});

describe('what an earlier owner may have sent', () => {
  it('waits for its outcome, and then is passed over', async () => {
    const world = openPipeline({});
    const doubt = inDoubt();
    const delivery = await take(world, sampleDelivery({ ...doubt.delivery, offset: 7 }));
    expect([doubt.asked, world.submitted, delivery.settled]).toEqual([[[7, callName(0, 'call-1')]], [], 0]);
    doubt.answer(true);
    await settled();
    expect([world.submitted, world.sink.records, delivery.settled]).toEqual([[], [], 1]);
    expect(await world.count('callSkipped', { reason: 'already-enriched' })).toBe(1);
  });

  it('goes to the portal as in doubt when nothing came', async () => {
    const told: unknown[] = [];
    const submit: Script['submit'] = async (_call, options) => {
      told.push(options.inDoubt);
      return { ...ACCEPTED, verdict: 'verified' };
    };
    const world = openPipeline({ submit });
    const doubt = inDoubt();
    const delivery = await take(world, sampleDelivery(doubt.delivery));
    doubt.answer(false);
    await settled();
    expect([told, delivery.settled]).toEqual([[true], 1]);
    expect(outcomesOf(world)).toMatchObject([{ verdict: 'verified' }]);
    await take(world, sampleDelivery({ offset: 1 }));
  });

  it('is asked for at once when it is not in doubt', async () => {
    const told: unknown[] = [];
    const submit: Script['submit'] = (_call, options) => {
      told.push(options.inDoubt);
      return Promise.resolve(ACCEPTED);
    };
    const world = openPipeline({ submit });
    await take(world, sampleDelivery({ ...inDoubt().delivery, inDoubt: false }));
    expect(told).toEqual([false]);
  });

  it('holds back what comes after it under the same key, and nothing else', async () => {
    const maps = [[call()], [call()], [call({ externalCallId: 'call-2' })]];
    const world = openPipeline({ map: () => maps.shift() ?? [] });
    const doubt = inDoubt();
    await take(world, sampleDelivery(doubt.delivery));
    const same = await take(world, sampleDelivery({ offset: 1 }));
    const other = await take(world, sampleDelivery({ offset: 2 }));
    expect([world.submitted, same.settled, other.settled]).toEqual([['call-2'], 0, 1]);
    doubt.answer(false);
    await settled();
    expect([world.submitted, same.settled]).toEqual([['call-2', 'call-1'], 1]);
  });

  it.each(KINDS)('stays unsettled when the partition is lost meanwhile: %s', async (_name, script) => {
    const world = openPipeline(script);
    const { delivery, lose } = losable(inDoubt().delivery);
    await take(world, delivery);
    lose();
    await settled();
    expect([world.submitted, world.sink.records, delivery.settled, world.crashes]).toEqual([[], [], 0, []]);
    expect([world.order.size, world.pipeline.oldestUnfinished()]).toEqual([0, undefined]);
  });
});

describe('an end without HubSpot', () => {
  const unsent: [string, Script][] = [
    ['a published skip', { map: () => [skip('withheld', true)] }],
    ['a revision', { map: () => [skip('revision', true)] }],
    ['a failure of the mapping', { map: () => [buried] }],
    ['a failure of decoding', { decode: () => ({ kind: 'failure', code: 'undecodable', message: 'x' }) }],
    ['a call that cannot be sent', { submit: () => Promise.reject(new CallmatchError('invalid-payload', 'x')) }],
  ];

  it.each(unsent)('waits for the permission and its claim: %s', async (_name, script) => {
    const world = openPipeline(script);
    const permission = new PermissionSwitch(false);
    permission.isSlow = true;
    const delivery = await take(world, sampleDelivery({ permission }));
    expect([permission.waiting, permission.claiming, world.sink.records.length]).toEqual([1, 0, 0]);
    permission.grant();
    await settled();
    expect([permission.waiting, permission.claiming, world.sink.records.length]).toEqual([0, 1, 0]);
    permission.withdraw();
    permission.answer(false);
    await settled();
    expect([permission.waiting, permission.claimed, world.sink.records.length]).toEqual([1, 0, 0]);
    permission.grant();
    await settled();
    expect([permission.claimed, world.sink.records.length, delivery.settled]).toEqual([1, 1, 1]);
  });

  it('waits as well when only our memory knows that it is a revision', async () => {
    let talkSeconds = 1;
    const world = openPipeline({ map: () => [call({ talkSeconds })] });
    await take(world);
    talkSeconds = 2;
    const permission = new PermissionSwitch(false);
    const delivery = await take(world, sampleDelivery({ offset: 1, permission }));
    expect([permission.waiting, outcomesOf(world).length]).toEqual([1, 1]);
    permission.grant();
    await settled();
    expect(outcomesOf(world)).toMatchObject([{ outcome: 'enriched' }, { reason: 'revision' }]);
    expect([permission.claimed, delivery.settled]).toEqual([1, 1]);
  });

  it.each(unsent)('stays unsettled when the partition is lost before: %s', async (_name, script) => {
    for (const isClaiming of [false, true]) {
      const world = openPipeline(script);
      const permission = new PermissionSwitch(isClaiming);
      permission.isSlow = true;
      const { delivery, lose } = losable({ permission });
      await take(world, delivery);
      lose();
      permission.answer(true);
      await settled();
      expect([world.sink.records, delivery.settled, world.crashes, world.order.size]).toEqual([[], 0, [], 0]);
      expect(permission.claimed).toBe(0);
    }
  });

  it('waits for nothing when it writes nothing', async () => {
    const maps: (readonly Mapped[])[] = [[call()], [call()], [skip('filtered')]];
    const world = openPipeline({ map: () => maps.shift() ?? [] });
    await take(world);
    const permission = new PermissionSwitch(false);
    const repeat = await take(world, sampleDelivery({ offset: 1, permission }));
    const filtered = await take(world, sampleDelivery({ offset: 2, permission }));
    expect([permission.waiting, repeat.settled, filtered.settled]).toEqual([0, 1, 1]);
  });
});

describe('a partition that is lost while an end is on its way to the broker', () => {
  it.each([
    ...KINDS,
    ['a refused call', { submit: () => Promise.reject(new CallmatchError('crm-rejected', 'no')) }],
  ] as [string, Script][])('leaves it unsettled, and nothing crashes: %s', async (_name, script) => {
    const world = openPipeline(script);
    const acknowledged = Promise.withResolvers<void>();
    world.sink.acknowledged = acknowledged.promise;
    const { delivery, lose } = losable();
    await take(world, delivery);
    lose();
    acknowledged.resolve();
    await settled();
    expect([delivery.settled, world.crashes, world.order.size, codesOf(world)]).toEqual([0, [], 0, []]);
    expect(world.pipeline.oldestUnfinished()).toBeUndefined();
    expect(await world.count('callEnriched')).toBe(0);
  });

  it('leaves no memory of the call: when its record comes back, it is no duplicate', async () => {
    const world = openPipeline({});
    const acknowledged = Promise.withResolvers<void>();
    world.sink.acknowledged = acknowledged.promise;
    const { delivery, lose } = losable();
    await take(world, delivery);
    lose();
    acknowledged.resolve();
    await settled();
    const again = await take(world, sampleDelivery(ended()));
    expect([world.submitted, again.settled]).toEqual([['call-1', 'call-1'], 1]);
    expect(await world.count('callSkipped')).toBe(0);
    await take(world, sampleDelivery({ offset: 1 }));
    expect(await world.count('callSkipped', { reason: 'duplicate' })).toBe(1);
  });
});

it('remembers a call that HubSpot took though its outcome is too large for the broker', async () => {
  const world = openPipeline({});
  const { publish } = world.sink;
  world.sink.publish = (record, options) =>
    record.topic === 'calls.enriched'
      ? Promise.reject(new CallmatchError('record-too-large', 'x'))
      : publish.call(world.sink, record, options);
  await take(world);
  await take(world, sampleDelivery({ offset: 1 }));
  expect([world.submitted, codesOf(world)]).toEqual([['call-1'], [['record-too-large', 'publish']]]);
  expect(await world.count('callSkipped', { reason: 'duplicate' })).toBe(1);
});
