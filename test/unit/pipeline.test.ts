import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/cdr/call.ts';
import type { Mapped } from '../../src/cdr/mapping/mapping.ts';
import { CallmatchError } from '../../src/errors.ts';
import type { Submission, SubmitOptions } from '../../src/hubspot/portal.ts';
import { settled } from '../support/manual-clock.ts';
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
import { sampleCall } from '../support/sample-call.ts';
import { sampleDelivery } from '../support/sample-delivery.ts';

describe('a call', () => {
  it('is submitted, published, and settled only when the outcome is acknowledged', async () => {
    const world = openPipeline({});
    const acknowledged = Promise.withResolvers<void>();
    world.sink.acknowledged = acknowledged.promise;
    const delivery = await take(world);
    expect([world.submitted, delivery.settled]).toEqual([['call-1'], 0]);
    acknowledged.resolve();
    await settled();
    expect(delivery.settled).toBe(1);
    expect(outcomesOf(world)).toMatchObject([{ outcome: 'enriched', externalCallId: 'call-1', verdict: 'fresh' }]);
    expect(await world.count('callEnriched', { portal: 'main', matchKind: 'none' })).toBe(1);
  });

  it('that is one of several holds its record back', async () => {
    const second = Promise.withResolvers<Submission>();
    const world = openPipeline({
      map: () => [call(), call({ externalCallId: 'call-2' }), skip('not-voice')],
      submit: ({ externalCallId }) => (externalCallId === 'call-2' ? second.promise : Promise.resolve(ACCEPTED)),
    });
    const delivery = await take(world);
    expect([delivery.settled, outcomesOf(world).length]).toEqual([0, 1]);
    second.resolve(ACCEPTED);
    await settled();
    expect(delivery.settled).toBe(1);
    expect(outcomesOf(world).map(({ callIndex }) => callIndex)).toEqual([0, 1]);
    expect([await world.count('recordRead'), await world.count('callRead')]).toEqual([1, 3]);
  });

  it('waits for the one of the same id before it, and goes if that failed', async () => {
    const first = Promise.withResolvers<Submission>();
    const replies = [first.promise, Promise.resolve(ACCEPTED)];
    const world = openPipeline({ submit: () => replies.shift() ?? Promise.resolve(ACCEPTED) });
    await take(world);
    const again = await take(world, sampleDelivery({ offset: 1 }));
    expect(world.submitted).toEqual(['call-1']);
    first.reject(new CallmatchError('crm-rejected', 'no'));
    await settled();
    expect([world.submitted, again.settled]).toEqual([['call-1', 'call-1'], 1]);
  });

  it('is a duplicate when it succeeded before, and a revision when it says something else', async () => {
    let talkSeconds = 1;
    const world = openPipeline({ map: () => [call({ talkSeconds })] });
    await take(world);
    const duplicate = await take(world);
    talkSeconds = 2;
    const revision = await take(world);
    expect(world.submitted).toEqual(['call-1']);
    expect([duplicate.settled, revision.settled]).toEqual([1, 1]);
    expect(outcomesOf(world).map(({ outcome, reason }) => reason ?? outcome)).toEqual(['enriched', 'revision']);
    expect(await world.count('callSkipped', { reason: 'duplicate' })).toBe(1);
  });

  it('is submitted, published and compared with the users of its agents, which it never shows', async () => {
    const users = new Map([
      ['alice@example.com', 101],
      ['bob@example.com', 102],
    ]);
    const { userId: _, ...unattributed } = sampleCall({ agent: 'alice@example.com', agents: ['bob@example.com'] });
    const calls: Call[] = [unattributed, unattributed, { ...unattributed, agent: 'bob@example.com' }];
    const submitted: (number | undefined)[] = [];
    const world = openPipeline({
      map: () => [{ kind: 'call', call: calls.shift() ?? unattributed }],
      attribute: async (one) => ({ ...one, userId: users.get(one.agent ?? '') ?? 0 }),
      submit(one) {
        submitted.push(one.userId);
        return Promise.resolve(ACCEPTED);
      },
    });
    for (let n = 0; n < 3; n += 1) await take(world);
    expect(submitted).toEqual([101]);
    expect(outcomesOf(world).map(({ reason, userId }) => [reason, userId])).toEqual([
      [null, 101],
      ['revision', 102],
    ]);
    expect(await world.count('callSkipped', { reason: 'duplicate' })).toBe(1);
    expect(
      world.sink
        .of('calls.enriched')
        .map(({ value }) => value?.toString('latin1'))
        .join(),
    ).not.toContain('@');
  });

  it('that is skipped and published has its user, too', async () => {
    const world = openPipeline({
      map: () => [skip('withheld', true)],
      attribute: (one) => ({ ...one, userId: 5 }),
    });
    await take(world);
    expect(outcomesOf(world)).toMatchObject([{ reason: 'withheld', userId: 5 }]);
  });

  it('that is left in doubt is published as such', async () => {
    const world = openPipeline({ submit: () => Promise.resolve({ inDoubt: true, attempts: 1, submittedAt: 1 }) });
    const delivery = await take(world);
    expect(outcomesOf(world)).toMatchObject([{ outcome: 'skipped', reason: 'in-doubt' }]);
    expect(delivery.settled).toBe(1);
  });
});

describe('what is no call', () => {
  it('ends at once, counted by its reason, with nothing written', async () => {
    const world = openPipeline({ decode: () => ({ kind: 'tombstone' }) });
    const delivery = sampleDelivery();
    world.pipeline.accept(delivery);
    expect(delivery.settled).toBe(1);
    expect(world.sink.records).toEqual([]);
    expect(await world.count('callSkipped', { reason: 'tombstone' })).toBe(1);
  });

  it.each(['withheld', 'filtered'] as const)(
    'is published when readers wait for an answer on it: %s',
    async (reason) => {
      const world = openPipeline({ map: () => [skip(reason, true)] });
      const delivery = await take(world);
      expect(outcomesOf(world)).toMatchObject([{ outcome: 'skipped', reason, matchKind: 'unknown' }]);
      expect(delivery.settled).toBe(1);
    },
  );
});

describe('what cannot succeed', () => {
  it.each<[string, Script, [string, string]]>([
    [
      'not decoded',
      { decode: () => ({ kind: 'failure', code: 'undecodable', message: 'x' }) },
      ['undecodable', 'decode'],
    ],
    ['not mapped', { map: () => [buried] }, ['unusable-number', 'map']],
    ['refused', { submit: () => Promise.reject(new CallmatchError('crm-rejected', 'no')) }, ['crm-rejected', 'submit']],
    ['decoded by a mistake', { decode: () => JSON.parse('{') }, ['mapping-crashed', 'decode']],
    ['mapped by a mistake', { map: () => JSON.parse('{') }, ['mapping-crashed', 'map']],
    ['submitted by a mistake', { submit: () => Promise.reject(new TypeError('x')) }, ['mapping-crashed', 'submit']],
    ['no outcome of the schema', { map: () => [call({ talkSeconds: 2 ** 40 })] }, ['mapping-crashed', 'publish']],
  ])('is buried: %s', async (_name, script, [code, stage]) => {
    const world = openPipeline(script);
    const delivery = await take(world);
    expect(codesOf(world)).toEqual([[code, stage]]);
    expect([delivery.settled, world.crashes]).toEqual([1, []]);
    expect(await world.count('callBuried', { code })).toBe(1);
  });

  it.each<[string, Script]>([
    ['an outcome', {}],
    ['a published skip', { map: () => [skip('emergency', true)] }],
    ['a revision', { map: () => [skip('revision', true)] }],
  ])('is buried when the broker refuses it: %s', async (_name, script) => {
    const world = openPipeline(script);
    const { publish } = world.sink;
    world.sink.publish = (record) =>
      record.topic === 'calls.enriched'
        ? Promise.reject(new CallmatchError('record-too-large', 'x'))
        : publish.call(world.sink, record);
    const delivery = await take(world);
    expect(codesOf(world)).toEqual([['record-too-large', 'publish']]);
    expect([delivery.settled, world.crashes]).toEqual([1, []]);
  });

  it('never shows a phone number that a mistake has in its message', async () => {
    const world = openPipeline({ submit: () => Promise.reject(new TypeError('cannot read +14155550123')) });
    await take(world);
    const message = String(world.sink.records[0]?.headers?.['callmatch.message']);
    expect(message).toContain('cannot read');
    expect(message).not.toContain('5550123');
  });

  it('stops the process where nothing else would be right, and settles nothing', async () => {
    const lost = new CallmatchError('consumer-crashed', 'gone');
    const world = openPipeline({ submit: () => Promise.reject(lost) });
    const delivery = await take(world);
    expect([world.crashes, delivery.settled]).toEqual([[lost], 0]);
  });
});

describe('a schema that is not loaded yet', () => {
  it('refuses the record, and fetches again when it is there', async () => {
    const loaded = Promise.withResolvers<void>();
    const world = openPipeline({ decode: () => ({ kind: 'schema-needed', id: 7 }), loadSchema: () => loaded.promise });
    expect(world.pipeline.accept(sampleDelivery())).toBe(false);
    await settled();
    expect(world.resumed).toEqual([]);
    loaded.resolve();
    await settled();
    expect(world.resumed).toEqual([5]);
    expect(await world.count('recordRead')).toBe(0);
    expect(world.pipeline.oldestUnfinished()).toBeUndefined();
  });

  it('is given up at a stop, in silence', async () => {
    const loadSchema = () => Promise.reject(new Error('closing'));
    const world = openPipeline({ decode: () => ({ kind: 'schema-needed', id: 7 }), loadSchema });
    world.pipeline.accept(sampleDelivery());
    // An unhandled rejection would fail the run.
    await settled();
    expect(world.resumed).toEqual([]);
  });
});

describe('a stop', () => {
  it('leaves what was not sent unsettled, without a dead letter, and forgets it', async () => {
    const submit = (_call: Call, { signal }: SubmitOptions) =>
      new Promise<Submission>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const world = openPipeline({ submit });
    const stop = new AbortController();
    const delivery = await take(world, sampleDelivery({ signal: stop.signal }));
    world.clock.advance(5_000);
    expect(world.pipeline.oldestUnfinished()).toBe(5_000);
    stop.abort(new Error('lost'));
    await settled();
    expect([delivery.settled, world.sink.records, world.crashes, world.order.size]).toEqual([0, [], [], 0]);
    expect(world.pipeline.oldestUnfinished()).toBeUndefined();
  });

  it('still publishes what was on the wire', async () => {
    const answer = Promise.withResolvers<Submission>();
    const world = openPipeline({ submit: () => answer.promise });
    const stop = new AbortController();
    const delivery = await take(world, sampleDelivery({ signal: stop.signal }));
    stop.abort(new Error('stopping'));
    answer.resolve(ACCEPTED);
    await settled();
    expect([outcomesOf(world).length, delivery.settled]).toEqual([1, 1]);
  });
});

describe('accounting', () => {
  it('adds up: every call read ends as enriched, skipped or buried, and every record is settled once', async () => {
    const end = fc.constantFrom<Mapped[]>(
      [call()],
      [call({ externalCallId: 'b' })],
      [skip('filtered')],
      [skip('masked', true)],
      [buried],
    );
    const records = fc.array(fc.array(end, { minLength: 1, maxLength: 3 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(records, fc.array(fc.constantFrom('ok', 'refused', 'mistake')), async (list, fates) => {
        const ends = list.map((one) => one.flat());
        const map = () => ends.shift() ?? [];
        const submit = () => {
          const fate = fates.shift() ?? 'ok';
          if (fate === 'mistake') return Promise.reject(new TypeError('x'));
          return fate === 'ok' ? Promise.resolve(ACCEPTED) : Promise.reject(new CallmatchError('crm-rejected', 'no'));
        };
        const world = openPipeline({ map, submit });
        const deliveries = list.map((_, offset) => sampleDelivery({ offset }));
        for (const delivery of deliveries) world.pipeline.accept(delivery);
        await world.order.idle();
        const [read, enriched, skipped, dead] = await Promise.all(
          (['callRead', 'callEnriched', 'callSkipped', 'callBuried'] as const).map((name) => world.count(name)),
        );
        expect(read).toBe(list.flat(2).length);
        expect(read).toBe(Number(enriched) + Number(skipped) + Number(dead));
        expect(deliveries.map((delivery) => delivery.settled)).toEqual(list.map(() => 1));
        expect(world.crashes).toEqual([]);
        expect(world.sink.of('calls.cdr.dlq')).toHaveLength(Number(dead));
        expect(world.pipeline.oldestUnfinished()).toBeUndefined();
      }),
    );
  });
});
