import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Call,
  DIRECTIONS,
  FINAL_CALL_STATUSES,
  type Party,
  PHONE_NUMBER_TYPES,
  SKIP_REASONS,
} from '../../../src/cdr/call.ts';
import { createOutcomeCodec, type Ending, enrichedCall } from '../../../src/outcome/enriched-call.ts';
import { materialOfCall, materialOfOutcome } from '../../../src/outcome/material.ts';
import { sampleCall } from '../../support/sample-call.ts';

const codec = createOutcomeCodec(
  await readFile(new URL('../../../schemas/enriched-call.avsc', import.meta.url), 'utf8'),
  1,
);

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '0', 'null', '"', ','));
const party: fc.Arbitrary<Party> = fc.record(
  {
    e164: fc.option(text, { nil: undefined }),
    type: fc.constantFrom(...PHONE_NUMBER_TYPES),
    extension: text,
    hidden: fc.constantFrom('withheld', 'masked'),
  },
  { requiredKeys: ['e164', 'type'] },
);
const int32 = fc.integer();
const call: fc.Arbitrary<Call> = fc.record(
  {
    externalCallId: text,
    direction: fc.constantFrom(...DIRECTIONS),
    from: party,
    to: party,
    status: fc.constantFrom(...FINAL_CALL_STATUSES),
    rawCause: text,
    startedAt: fc.nat(Date.UTC(2100, 0, 1)),
    talkSeconds: fc.nat(),
    agent: text,
    agents: fc.array(text),
    userId: int32,
    potentialRecipientUserIds: fc.array(int32),
    engagementProperties: fc.dictionary(text, text),
  },
  {
    requiredKeys: [
      'externalCallId',
      'direction',
      'from',
      'to',
      'status',
      'agents',
      'potentialRecipientUserIds',
      'engagementProperties',
    ],
  },
);
const ending: fc.Arbitrary<Ending> = fc.oneof(
  fc.record({ outcome: fc.constant('skipped' as const), reason: fc.constantFrom(...SKIP_REASONS) }),
  fc.record({
    outcome: fc.constant('enriched' as const),
    matches: fc.constant('unknown' as const),
    engagementRequested: fc.boolean(),
    attempts: fc.nat(),
    submittedAt: fc.nat(),
    verdict: fc.constantFrom('fresh' as const, 'verified' as const, 'resubmitted' as const),
  }),
);

/** As the next owner of the partition reads it. */
function published(one: Call, end: Ending) {
  const outcome = enrichedCall(one, end, {
    portal: 'main',
    hubId: undefined,
    lane: 'live',
    group: 'g',
    mapping: { name: 'canonical', version: '1' },
    sources: [],
    callIndex: 0,
    redrives: 0,
    traceparent: undefined,
    completedAt: 0,
    include: 'ids',
  });
  return codec.decode(codec.encode(outcome));
}

describe('what of a call matters', () => {
  it('is the same in the call and in what was published of it', () => {
    fc.assert(
      fc.property(call, ending, (one, end) => materialOfCall(one) === materialOfOutcome(published(one, end))),
      { numRuns: 500 },
    );
  });

  const { extension: _, ...withoutExtension } = sampleCall().to;
  const { rawCause: __, startedAt: ___, talkSeconds: ____, userId: _____, ...bare } = sampleCall();
  const changed: [string, Call][] = [
    ['direction', sampleCall({ direction: 'internal' })],
    ["the caller's number", sampleCall({ from: { ...sampleCall().from, e164: '+14155550124' } })],
    ["the caller's number is hidden", sampleCall({ from: { ...sampleCall().from, e164: undefined } })],
    ["the type of the caller's number", sampleCall({ from: { ...sampleCall().from, type: 'VOIP' } })],
    ["the caller's extension", sampleCall({ from: { ...sampleCall().from, extension: '17' } })],
    ['the number called', sampleCall({ to: { ...sampleCall().to, e164: '+41445550101' } })],
    ['the type of the number called', sampleCall({ to: { ...sampleCall().to, type: 'MOBILE' } })],
    ['the extension called', sampleCall({ to: { ...sampleCall().to, extension: '18' } })],
    ['no extension called', sampleCall({ to: withoutExtension })],
    ['status', sampleCall({ status: 'MISSED' })],
    ['raw cause', sampleCall({ rawCause: 'BUSY' })],
    ['start', sampleCall({ startedAt: 0 })],
    ['talk time', sampleCall({ talkSeconds: 0 })],
    ['user', sampleCall({ userId: 78 })],
    ['nothing said of how, when, how long and by whom', bare],
    ['a cause that looks like nothing', { ...bare, rawCause: 'null' }],
    ['a start of 0', { ...bare, startedAt: 0 }],
    ['a talk time of 0', { ...bare, talkSeconds: 0 }],
    ['a user of 0', { ...bare, userId: 0 }],
  ];

  it.each(changed)('differs when the call does: %s', (_name, one) => {
    const others = [['unchanged', sampleCall()] as const, ...changed].filter(([, other]) => other !== one);
    const same = others.filter(([, other]) => materialOfCall(other) === materialOfCall(one));
    expect(same.map(([name]) => name)).toEqual([]);
  });

  it('is not what nobody could compare: the outcome does not say it', () => {
    const other = sampleCall({ potentialRecipientUserIds: [], engagementProperties: { hs_call_title: 'x' } });
    expect(materialOfCall(other)).toBe(materialOfCall(sampleCall()));
  });
});
