/** Mapping documents as fast-check makes them: every key of the language, without a mistake. */
import fc from 'fast-check';
import { FINAL_CALL_STATUSES } from '../../src/cdr/call.ts';
import { FORMATS } from '../../src/cdr/decoded.ts';
import { DURATION_UNITS } from '../../src/cdr/duration.ts';
import { ENDINGS } from '../../src/cdr/ending.ts';
import type { MappingDocument } from '../../src/cdr/mapping/document.ts';
import { TIME_UNITS } from '../../src/cdr/time.ts';
import { OVERLAPS } from '../../src/cdr/time-zone.ts';
import { condition, PARAMETERS, value } from './rule-arbitrary.ts';

const orNone = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
/** Each of these alone can end a record before the rest is asked. */
const seldom = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const oneOrSome = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof(arbitrary, fc.array(arbitrary, { minLength: 1, maxLength: 3 }));

const ending = fc.constantFrom(...FINAL_CALL_STATUSES, ...ENDINGS);
const table = fc.dictionary(fc.constantFrom('a', 'busy', 'NO ANSWER', 'OK', 'x'), ending);
const rang = orNone(condition);
const step = fc.oneof(
  fc.record({ voicemail: condition, as: ending }),
  fc.record({ answered: condition }),
  fc.record({ word: value, table, rang }),
  fc.record({ sip: value, rang }),
  fc.record({ q850: value, rang }),
  fc.record({ when: condition, is: ending }),
  value,
);
const status = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ constant: 'BUSY' }) },
  { weight: 1, arbitrary: value },
  { weight: 12, arbitrary: fc.array(step, { minLength: 1, maxLength: 5 }) },
);
const finalStatus = fc.constantFrom(...FINAL_CALL_STATUSES);
const statusWords = fc.record(
  { gaveUp: finalStatus, timedOut: finalStatus, neverRang: finalStatus, declined: finalStatus },
  { requiredKeys: [] },
);

const written = fc.record({ duration: value, unit: orNone(fc.constantFrom(...DURATION_UNITS)) });
const zone = fc.constantFrom('Europe/Zurich', 'America/St_Johns', 'UTC', '+02:00');
const overlap = orNone(fc.constantFrom(...OVERLAPS));
const pattern = fc.oneof(
  fc.constantFrom<string | string[]>('dd.MM.yyyy HH:mm:ss', 'yyyy-MM-dd HH:mm:ss', [
    'yyyy-MM-dd HH:mm',
    'dd.MM.yyyy HH:mm',
  ]),
);
const before = orNone(written);
const time = fc.oneof(
  fc.record({ time: value, zone: orNone(zone), overlap, before }),
  fc.record({ time: value, unit: fc.constantFrom(...TIME_UNITS), zone, overlap, wall: fc.boolean(), before }),
  fc.record({ time: value, pattern, zone, overlap, before }),
);
const elapsed = fc.record({ from: oneOrSome(time), to: oneOrSome(time) });
const summands = fc.array(fc.oneof(written, elapsed), { minLength: 1, maxLength: 3 });
const sum = fc.record({ sum: summands });
const duration = fc.oneof(
  written,
  elapsed,
  sum,
  fc.record({ shortest: fc.array(fc.oneof(written, elapsed, sum), { minLength: 2, maxLength: 3 }) }),
);

const NUMBER = { constant: '+41315550100' };
const caller = {
  number: fc.oneof(
    { weight: 2, arbitrary: value },
    { weight: 1, arbitrary: fc.constant(NUMBER) },
    { weight: 3, arbitrary: fc.tuple(value, value, fc.constant(NUMBER)) },
  ),
  extension: seldom(value),
  country: fc.oneof(fc.constantFrom('CH', 'US'), seldom(value)),
  plus: fc.constantFrom('missing' as const),
  dialOut: fc.constantFrom('0', '9'),
};
const party = { requiredKeys: ['number' as const] };

const direction = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ constant: 'inbound' }) },
  { weight: 1, arbitrary: value },
  {
    weight: 1,
    arbitrary: fc.record(
      { inbound: condition, outbound: condition, internal: condition },
      { requiredKeys: ['inbound'] },
    ),
  },
);

const call = fc.record(
  {
    externalCallId: fc.oneof(value, fc.constant({ constant: 'id' })),
    direction,
    status,
    statusWords,
    rawCause: seldom(value),
    startedAt: seldom(oneOrSome(time)),
    talkSeconds: seldom(oneOrSome(duration)),
    from: fc.record(caller, party),
    to: fc.record({ ...caller, mainNumber: fc.constant('+41315550100') }, party),
    agent: seldom(value),
    agents: seldom(value),
    userId: seldom(value),
    potentialRecipientUserIds: seldom(value),
    properties: seldom(fc.dictionary(fc.constantFrom('hs_call_title', '__proto__', 'x'), value)),
    propertiesFrom: seldom(value),
  },
  { requiredKeys: ['externalCallId', 'direction', 'status', 'from', 'to'] },
);

const part = fc.record(
  { where: condition, pick: fc.constantFrom('first' as const, 'last' as const), by: value },
  { requiredKeys: ['pick'] },
);
/** The parts have the names of fields, so that the rules of `call` find something either way. */
const fold = fc.record(
  {
    by: fc.oneof(
      value,
      fc.array(value, { maxLength: 2 }).map((rules) => ({ first: [...rules, { constant: 'k' }] })),
    ),
    end: condition,
    idle: fc.constantFrom('250ms', '30s', '2h'),
    parts: fc.dictionary(fc.constantFrom('a', 'b', 'list', 'text'), part),
  },
  { requiredKeys: ['by'] },
);
const csv = fc.oneof(
  fc.record({
    columns: fc.constantFrom([['a', 'b'], ['a']], [['text']]),
    more: fc.constant(true),
    delimiter: fc.constant(';'),
  }),
  fc.constant({ header: true }),
);

/** Such as a YAML file holds. */
export const mappingDocument: fc.Arbitrary<object> = fc.record(
  {
    name: fc.constant('any'),
    version: fc.constantFrom<MappingDocument['version']>(1, '2026-01'),
    description: fc.constant('x'),
    parameters: fc.constant({ ...PARAMETERS, unset: { type: 'text', description: 'x', required: false } }),
    formats: fc.subarray([...FORMATS], { minLength: 1 }),
    csv,
    avro: fc.constant({ readerSchema: 'call-detail-record' }),
    urlEncoded: fc.boolean(),
    unwrap: seldom(oneOrSome(value)),
    each: value,
    requires: seldom(fc.tuple(condition)),
    skip: seldom(
      fc.tuple(fc.record({ reason: fc.constantFrom('filtered', 'not-final', 'child-leg'), when: condition })),
    ),
    fold,
    call,
  },
  { requiredKeys: ['name', 'version', 'parameters', 'call'] },
);
