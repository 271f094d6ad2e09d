/** The canonical record, as Avro of several writers and as JSON. */
import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import { createDecoder } from '../../../src/cdr/decode.ts';
import { loadMapping, loadReaderSchema } from '../../../src/config/mapping-files.ts';
import { compile } from '../../support/mapping.ts';

const document = await loadMapping('canonical');
const readerSchema = await loadReaderSchema('call-detail-record');
const STARTED = Date.UTC(2026, 0, 15, 10, 30);

interface AvroField {
  readonly name: string;
  readonly default?: unknown;
}
const schema: { fields: AvroField[] } = JSON.parse(readerSchema);
const DEFAULTS = Object.fromEntries(schema.fields.map((field) => [field.name, field.default]));

const RECORD = {
  id: 'call-1',
  direction: 'inbound',
  from: '+41315550179',
  to: '+41315550100',
  toExtension: '201',
  status: 'COMPLETED',
  startedAt: STARTED,
  talkSeconds: 42,
  agent: 'alice@example.com',
  rungAgents: ['alice@example.com', '202'],
  userId: 7,
  potentialRecipientUserIds: [7, 8],
  recordingUrl: 'https://example.org/a.mp3',
  properties: { hs_call_title: 'From the map', my_property: 'x' },
};
const CALL = {
  externalCallId: 'call-1',
  direction: 'inbound',
  from: { e164: '+41315550179', type: 'FIXED_LINE' },
  to: { e164: '+41315550100', type: 'FIXED_LINE', extension: '201' },
  status: 'COMPLETED',
  startedAt: STARTED,
  talkSeconds: 42,
  agent: 'alice@example.com',
  agents: ['alice@example.com', '202'],
  userId: 7,
  potentialRecipientUserIds: [7, 8],
  engagementProperties: {
    hs_call_recording_url: 'https://example.org/a.mp3',
    hs_call_title: 'From the map',
    my_property: 'x',
  },
};

function endsOf(value: Buffer, writerSchema = readerSchema) {
  const schemas = { get: () => ({ schemaType: 'AVRO', schema: writerSchema }) };
  const mapping = compile(document);
  const decoded = createDecoder({ format: 'auto', schemas, csv: mapping.csv, readerSchema }).decode(value, {});
  return decoded.kind === 'record' ? mapping.map(decoded.record, { recordTime: STARTED }) : [decoded];
}
const json = (record: object) => endsOf(Buffer.from(JSON.stringify(record)));
const framed = (writer: object, record: object) =>
  endsOf(
    Buffer.concat([
      Buffer.from([0, 0, 0, 0, 1]),
      avro.Type.forSchema(JSON.parse(JSON.stringify(writer))).toBuffer(record),
    ]),
    JSON.stringify(writer),
  );

describe('the canonical mapping', () => {
  it('names the schema that Avro is resolved to', () => {
    expect(compile(document)).toMatchObject({ readerSchema: 'call-detail-record', csv: undefined });
  });

  it('maps Avro and JSON of the same record to the same call', () => {
    expect(framed(schema, { ...DEFAULTS, ...RECORD })).toEqual([{ kind: 'call', call: CALL }]);
    expect(json(RECORD)).toEqual([{ kind: 'call', call: CALL }]);
  });

  it('reads a writer that knows fewer fields, and one that knows more', () => {
    const without = ['queue', 'system', 'rungAgents', 'properties', 'recordingUrl'];
    const older = { ...schema, fields: schema.fields.filter((field) => !without.includes(field.name)) };
    expect(framed(older, { ...DEFAULTS, ...RECORD })).toEqual([
      { kind: 'call', call: { ...CALL, agents: [], engagementProperties: {} } },
    ]);
    const newer = { ...schema, fields: [{ name: 'mood', type: 'string' }, ...schema.fields] };
    expect(framed(newer, { ...DEFAULTS, ...RECORD, mood: 'good' })).toEqual([{ kind: 'call', call: CALL }]);
  });

  it('has a default for every field but the id, so that any version can read any other', () => {
    expect(schema.fields.filter((field) => field.default === undefined).map((field) => field.name)).toEqual(['id']);
  });

  it.each([
    [{ direction: 'outbound' }, 'not-inbound'],
    [{ direction: 'Outgoing' }, 'not-inbound'],
    [{ direction: 'unknown' }, 'not-inbound'],
    [{ status: 'ringing' }, 'not-final'],
    [{ status: 'on-hold' }, 'not-final'],
    [{ parentId: 'call-0' }, 'child-leg'],
    [{ channel: 'chat' }, 'not-voice'],
    [{ from: null }, 'withheld'],
    [{ from: 'anonymous' }, 'withheld'],
    [{ from: '+4131555****' }, 'masked'],
  ])('skips %j as %s', (change, reason) => {
    expect(json({ ...RECORD, ...change })).toMatchObject([{ kind: 'skip', reason }]);
  });

  it.each([
    ['answered', 'COMPLETED'],
    ['no-answer', 'NO_ANSWER'],
    ['cancelled', 'CANCELED'],
    ['CANCELED', 'CANCELED'],
    ['voicemail', 'MISSED'],
    [null, 'UNKNOWN'],
  ])('takes the status %j for %s', (status, expected) => {
    expect(json({ ...RECORD, status })).toMatchObject([{ call: { status: expected } }]);
  });

  it.each([
    [{ status: 'UNKNOWN', answeredAt: STARTED, sipStatus: 200, q850Cause: 16 }, 'COMPLETED'],
    [{ status: null, sipStatus: 486, q850Cause: 127 }, 'BUSY'],
    [{ status: 'UNKNOWN', sipStatus: 200, q850Cause: 17 }, 'BUSY'],
    [{ status: 'UNKNOWN', q850Cause: 19 }, 'NO_ANSWER'],
    [{ status: 'UNKNOWN', q850Cause: 21 }, 'FAILED'],
    [{ status: 'FAILED', sipStatus: 486 }, 'FAILED'],
    [{ status: 'gone', sipStatus: 487 }, 'MISSED'],
    [{ status: 'UNKNOWN', q850Cause: 0 }, 'UNKNOWN'],
  ])('takes the status from %j', (change, expected) => {
    expect(json({ ...RECORD, ...change })).toMatchObject([{ call: { status: expected } }]);
  });

  it('skips the leg of a call that somebody else took', () => {
    expect(json({ ...RECORD, status: 'UNKNOWN', q850Cause: 26 })).toEqual([{ kind: 'skip', reason: 'child-leg' }]);
  });

  it.each([
    [{ cause: 'hang-up', sipStatus: 486 }, 'hang-up'],
    [{ sipStatus: 486, q850Cause: 17 }, 'SIP 486'],
    [{ q850Cause: 17 }, 'Q.850 17'],
  ])('takes the cause from %j', (change, rawCause) => {
    expect(json({ ...RECORD, ...change })).toMatchObject([{ call: { rawCause } }]);
  });

  it('reads ISO times of JSON', () => {
    expect(json({ ...RECORD, startedAt: '2026-01-15T11:30:00+01:00' })).toMatchObject([
      { call: { startedAt: STARTED } },
    ]);
  });

  it.each([
    [{ id: 1 }, 'no-call-record', 'requires[0]'],
    [{ ...RECORD, to: undefined }, 'no-call-record', 'requires[1]'],
    [{ ...RECORD, status: 'gone' }, 'invalid-field', 'status: "gone" is none of'],
    [{ ...RECORD, startedAt: 1_768_473_000 }, 'invalid-field', 'startedAt'],
    [{ ...RECORD, to: '201' }, 'unusable-number', 'to: 3 digits are an extension'],
    [{ ...RECORD, from: '031 555 01 79' }, 'unusable-number', 'from: "031 *** ** 79" has no country code'],
  ])('buries %j as %s', (record, code, message) => {
    expect(json(record)).toMatchObject([{ kind: 'failure', code, message: expect.stringContaining(message) }]);
  });
});
