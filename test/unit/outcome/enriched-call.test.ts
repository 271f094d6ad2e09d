import { readFile } from 'node:fs/promises';
import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import {
  createOutcomeCodec,
  type Ending,
  enrichedCall,
  type Include,
  type Match,
  matchKind,
  type OutcomeContext,
  outcomeKey,
} from '../../../src/outcome/enriched-call.ts';
import { sampleCall } from '../../support/sample-call.ts';

const SCHEMA = await readFile(new URL('../../../schemas/enriched-call.avsc', import.meta.url), 'utf8');
const LONGEST_ID = '9223372036854775807';

const contact: Match = {
  callerIdType: 'CONTACT',
  objectCoordinates: { objectId: LONGEST_ID, objectTypeId: '0-1', portalId: 42 },
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: null,
};
const company: Match = {
  callerIdType: 'COMPANY',
  objectCoordinates: { objectId: '7', objectTypeId: '0-2', portalId: 42 },
  name: 'Example AG',
};
const context: OutcomeContext = {
  portal: 'main',
  hubId: 42,
  lane: 'live',
  group: 'callmatch',
  mapping: { name: 'canonical', version: '1' },
  sources: [{ topic: 'calls.cdr', partition: 3, offset: 2 ** 40, timestamp: 1_000_000 }],
  callIndex: 1,
  redrives: 2,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  completedAt: 1_002_500,
  include: 'all',
};
const enriched: Ending = {
  outcome: 'enriched',
  matches: [contact, company],
  engagementRequested: true,
  attempts: 3,
  submittedAt: 1_001_000,
  verdict: 'verified',
};

describe('the schema', () => {
  it('has the fields of the design, in their order', () => {
    const { fields } = JSON.parse(SCHEMA);
    const names = (list: { name: string }[]) => list.map(({ name }) => name).join(' ');
    const ofType = (name: string) => {
      const { type } = fields.find((field: { name: string }) => field.name === name);
      return names((type.items ?? type).fields);
    };
    expect(names(fields)).toBe(
      'outcome reason portal hubId externalCallId direction from to finalCallStatus rawCause startedAt talkSeconds ' +
        'engagementRequested matchKind matches userId attempts submittedAt completedAt latencyMs verdict lane group ' +
        'mapping sources callIndex revisionOf redrives traceparent',
    );
    expect(ofType('from')).toBe('e164 type extension');
    expect(ofType('matches')).toBe('callerIdType objectTypeId objectId portalId email firstName lastName name');
    expect(ofType('mapping')).toBe('name version');
    expect(ofType('sources')).toBe('topic partition offset timestamp');
  });

  it('makes optional exactly what may be absent, with null as the default, so that it can evolve', () => {
    const type = avro.Type.forSchema(JSON.parse(SCHEMA));
    const { fields, name, namespace } = JSON.parse(SCHEMA);
    const optional = fields.flatMap(
      ({ name, type, default: byDefault }: { name: string; type: unknown; default?: unknown }) =>
        Array.isArray(type) && type[0] === 'null' && byDefault === null ? [name] : [],
    );
    expect(optional.join(' ')).toBe(
      'reason hubId rawCause startedAt talkSeconds userId submittedAt revisionOf traceparent',
    );
    expect(`${namespace}.${name}`).toBe('io.callmatch.EnrichedCall');
    expect(JSON.stringify(type.schema())).not.toContain('"enum"');
  });
});

describe('OutcomeCodec', () => {
  const codec = createOutcomeCodec(SCHEMA, 77);

  it('brings every field back, ids of 64 bits too', () => {
    const outcome = enrichedCall(sampleCall(), enriched, context);
    expect(codec.decode(codec.encode(outcome))).toEqual(outcome);
    expect(outcome).toEqual({
      outcome: 'enriched',
      reason: null,
      portal: 'main',
      hubId: 42,
      externalCallId: 'call-1',
      direction: 'inbound',
      from: { e164: '+14155550123', type: 'FIXED_LINE_OR_MOBILE', extension: null },
      to: { e164: '+41445550100', type: 'FIXED_LINE', extension: '17' },
      finalCallStatus: 'COMPLETED',
      rawCause: 'ANSWERED',
      startedAt: Date.UTC(2026, 0, 15, 9, 30),
      talkSeconds: 61,
      engagementRequested: true,
      matchKind: 'several',
      matches: [
        {
          callerIdType: 'CONTACT',
          objectTypeId: '0-1',
          objectId: LONGEST_ID,
          portalId: 42,
          email: 'ada@example.com',
          firstName: 'Ada',
          lastName: null,
          name: null,
        },
        {
          callerIdType: 'COMPANY',
          objectTypeId: '0-2',
          objectId: '7',
          portalId: 42,
          email: null,
          firstName: null,
          lastName: null,
          name: 'Example AG',
        },
      ],
      userId: 77,
      attempts: 3,
      submittedAt: 1_001_000,
      completedAt: 1_002_500,
      latencyMs: 2_500,
      verdict: 'verified',
      lane: 'live',
      group: 'callmatch',
      mapping: { name: 'canonical', version: '1' },
      sources: [{ topic: 'calls.cdr', partition: 3, offset: 2 ** 40, timestamp: 1_000_000 }],
      callIndex: 1,
      revisionOf: null,
      redrives: 2,
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    });
  });

  it('brings a skipped call without anything optional back', () => {
    const { rawCause: _, startedAt: __, talkSeconds: ___, userId: ____, ...bare } = sampleCall();
    const call = { ...bare, from: { e164: undefined, type: 'UNKNOWN', hidden: 'withheld' } } as const;
    const skipped: Ending = { outcome: 'skipped', reason: 'withheld' };
    const outcome = enrichedCall(call, skipped, { ...context, hubId: undefined, traceparent: undefined });
    expect(codec.decode(codec.encode(outcome))).toEqual(outcome);
    expect(outcome).toMatchObject({
      reason: 'withheld',
      hubId: null,
      from: { e164: null },
      rawCause: null,
      startedAt: null,
      talkSeconds: null,
      matchKind: 'unknown',
      matches: [],
      userId: null,
      attempts: 0,
      submittedAt: null,
      verdict: '',
      engagementRequested: false,
      traceparent: null,
    });
  });

  it('frames a value as Confluent clients expect it', () => {
    const value = codec.encode(enrichedCall(sampleCall(), enriched, context));
    expect([value[0], value.readUInt32BE(1)]).toEqual([0, 77]);
  });

  it.each([
    ['of another schema', createOutcomeCodec(SCHEMA, 78).encode(enrichedCall(sampleCall(), enriched, context))],
    ['without a frame', Buffer.from('{"outcome":"enriched"}')],
    [
      'that is cut off',
      createOutcomeCodec(SCHEMA, 77)
        .encode(enrichedCall(sampleCall(), enriched, context))
        .subarray(0, 40),
    ],
    ['that is empty', Buffer.alloc(0)],
  ])('does not read a value %s', (_name, value) => {
    expect(() => codec.decode(value)).toThrow();
  });
});

describe('enrichedCall', () => {
  it.each<[Include, Partial<Record<string, string | null>>]>([
    ['ids', { email: null, firstName: null, name: null }],
    ['names', { email: null, firstName: 'Ada', name: 'Example AG' }],
    ['all', { email: 'ada@example.com', firstName: 'Ada', name: 'Example AG' }],
  ])('publishes of a person what include: %s says', (include, wanted) => {
    const { matches } = enrichedCall(sampleCall(), enriched, { ...context, include });
    expect({ email: matches[0]?.email, firstName: matches[0]?.firstName, name: matches[1]?.name }).toEqual(wanted);
    expect(matches.map(({ objectId }) => objectId)).toEqual([LONGEST_ID, '7']);
  });

  it('names the call that a revision changes', () => {
    expect(enrichedCall(sampleCall(), { outcome: 'skipped', reason: 'revision' }, context).revisionOf).toBe('call-1');
  });

  it('gives no negative latency when clocks disagree', () => {
    expect(enrichedCall(sampleCall(), enriched, { ...context, completedAt: 5 }).latencyMs).toBe(0);
  });
});

it('counts matches', () => {
  expect([[], [1], [1, 2], 'unknown' as const].map(matchKind)).toEqual(['none', 'one', 'several', 'unknown']);
});

it('keys every output of a call by portal and id', () => {
  expect(outcomeKey('main', 'call:1')).toBe('main:call:1');
});
