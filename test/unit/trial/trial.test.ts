import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { createTrial } from '../../../src/trial/trial.ts';
import { FOLDING_MAPPING, leg } from '../../support/folding-mapping.ts';
import { createTemporaryFiles } from '../../support/temporary-files.ts';
import { endsOf, NO_SCHEMAS, openTrial, RECORD_TIME, trialRecord } from '../../support/trial-record.ts';

const RECORD = {
  id: 'call-1',
  direction: 'inbound',
  from: '+41315550179',
  to: '+41315550100',
  status: 'COMPLETED',
  startedAt: '2026-01-15T09:30:00Z',
  talkSeconds: 42,
  agent: 'alice@example.com',
};

describe('a trial', () => {
  it('gives the call, the payload and the outcome of a record', async () => {
    const [end] = await endsOf(await openTrial(), RECORD);
    expect(end).toMatchObject({
      kind: 'enriched',
      call: { externalCallId: 'call-1', agent: 'alice@example.com' },
      payload: { createEngagement: true, fromNumber: { e164Number: '+41315550179' }, durationSeconds: 42 },
      outcome: {
        outcome: 'enriched',
        portal: 'main',
        matchKind: 'none',
        submittedAt: RECORD_TIME,
        completedAt: RECORD_TIME,
        sources: [{ topic: 'trial', partition: 0, offset: 0, timestamp: RECORD_TIME }],
      },
    });
  });

  it('gives the outcome of a skip where it is published, and only there', async () => {
    const ends = await endsOf(
      await openTrial(),
      { ...RECORD, from: 'anonymous' },
      { ...RECORD, direction: 'outbound' },
    );
    expect(ends).toEqual([
      expect.objectContaining({
        kind: 'skipped',
        reason: 'withheld',
        outcome: expect.objectContaining({ outcome: 'skipped', reason: 'withheld' }),
      }),
      { kind: 'skipped', reason: 'not-inbound' },
    ]);
  });

  it('does with callers without a number as `admit` says', async () => {
    const records = ['200', '0000123', '911', ''].map((from) => ({ ...RECORD, from }));
    const admit = { short: 'publish', impossible: 'skip', emergency: 'bury' } as const;
    const ends = await endsOf(await openTrial({ source: {}, admit }), ...records);
    expect(ends).toMatchObject([
      { kind: 'skipped', reason: 'filtered', outcome: { from: { e164: null, extension: '200' } } },
      { kind: 'skipped', reason: 'filtered' },
      { kind: 'buried', code: 'unusable-number' },
      { kind: 'skipped', reason: 'withheld', outcome: { from: { e164: null, extension: null } } },
    ]);
    expect(ends[1]).not.toHaveProperty('outcome');
  });

  it('buries what cannot be read, with the stage', async () => {
    const ends = await endsOf(await openTrial(), '{"id":', { ...RECORD, from: '12345678' }, null, '');
    expect(ends).toMatchObject([
      { kind: 'buried', code: 'undecodable', stage: 'decode' },
      { kind: 'buried', code: 'unusable-number', stage: 'map', externalCallId: 'call-1' },
      { kind: 'skipped', reason: 'tombstone' },
      { kind: 'buried', code: 'undecodable' },
    ]);
  });

  it('knows a second record of a call', async () => {
    const ends = await endsOf(await openTrial(), RECORD, RECORD, { ...RECORD, talkSeconds: 43 });
    expect(ends).toMatchObject([
      { kind: 'enriched' },
      { kind: 'skipped', reason: 'duplicate' },
      { kind: 'skipped', reason: 'revision', outcome: { revisionOf: 'call-1' } },
    ]);
  });

  it('is the same at any time', async () => {
    const [one, other] = [await endsOf(await openTrial(), RECORD), await endsOf(await openTrial(), RECORD)];
    expect(one).toEqual(other);
  });

  it('finds portals, their settings and the users of their tables', async () => {
    const config = configSchema.parse({
      sources: [{ topic: 'a', portal: { header: 'tenant' } }],
      portals: {
        one: { token: 'x', hubId: 7, engagement: { create: false, properties: { hs_call_title: 'Call' } } },
        two: { token: 'y', users: { table: { 'alice@example.com': 12 } } },
      },
    });
    const trial = await createTrial(config, NO_SCHEMAS);
    const take = (tenant: string) => trial.take(trialRecord(RECORD, { topic: 'a', headers: { tenant } }));
    expect(await take('7')).toMatchObject([
      {
        portal: 'one',
        end: {
          payload: { createEngagement: false, engagementProperties: { hs_call_title: 'Call' } },
          outcome: { hubId: 7, engagementRequested: false },
        },
      },
    ]);
    expect(await take('two')).toMatchObject([{ portal: 'two', end: { payload: { userId: 12 } } }]);
    expect(await take('three')).toMatchObject([{ portal: undefined, end: { kind: 'buried', code: 'unknown-portal' } }]);
  });

  it('loads the schema that a value needs', async () => {
    const asked: unknown[] = [];
    const known = new Map<unknown, { schemaType: string; schema: string }>();
    const schemas = {
      get: (id: number | string) => known.get(id),
      async load(id: number | string) {
        asked.push(id);
        known.set(id, { schemaType: 'PROTOBUF', schema: '' });
      },
    };
    const config = configSchema.parse({ portals: { main: { token: 'x' } } });
    const trial = await createTrial(config, schemas);
    const ends = await trial.take(trialRecord(Buffer.from([0, 0, 0, 0, 9, 1]), { topic: 'calls.cdr' }));
    expect(asked).toEqual([9]);
    expect(ends).toMatchObject([{ end: { kind: 'buried', code: 'framed-protobuf' } }]);
  });

  it('joins the records of a call: one has its end, the others are folded', async () => {
    await using files = createTemporaryFiles();
    const mapping = files.write('legs.yaml', JSON.stringify(FOLDING_MAPPING));
    const end = { event: 'LINKEDID_END', src: '' };
    const trial = await openTrial({ source: { mapping } });
    const ends = await endsOf(
      trial,
      leg('b', 1),
      leg('a', 1),
      leg(undefined, 1),
      leg('a', 2, end),
      leg('a', 3),
      leg('b', 2),
    );
    expect(
      ends.map((one) => (one.kind === 'enriched' ? [one.call.externalCallId, one.call.talkSeconds] : one.kind)),
    ).toEqual([
      ['own-1', 10],
      'folded',
      ['a', 20],
      // Late.
      'folded',
      'folded',
      ['b', 20],
    ]);
    expect(ends.at(-1)).toMatchObject({ outcome: { sources: [{ offset: 0 }, { offset: 5 }], callIndex: 0 } });
  });
});
