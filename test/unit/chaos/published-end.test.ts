import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import { deadLetterHeaders } from '../../../src/outcome/dead-letter.ts';
import { createOutcomeCodec, enrichedCall } from '../../../src/outcome/enriched-call.ts';
import { endOfDeadLetter, endsOfOutcome } from '../../chaos/published-end.ts';
import { sampleCall } from '../../support/sample-call.ts';

const schema = await readFile(new URL('../../../schemas/enriched-call.avsc', import.meta.url), 'utf8');
const codec = createOutcomeCodec(schema, 3);
const source = (offset: number) => ({ topic: 'calls', partition: 5, offset, timestamp: 1_000 });

describe('endsOfOutcome', () => {
  it('gives an end of each source record that an outcome names', () => {
    const ending = {
      outcome: 'enriched' as const,
      matches: [],
      engagementRequested: true,
      attempts: 1,
      submittedAt: 1_500,
      verdict: 'fresh' as const,
    };
    const outcome = enrichedCall(sampleCall({ externalCallId: 'a' }), ending, {
      portal: 'main',
      hubId: 1,
      lane: 'live',
      group: 'g',
      mapping: { name: 'canonical', version: '1' },
      sources: [source(7), source(9)],
      callIndex: 1,
      redrives: 0,
      traceparent: undefined,
      completedAt: 2_000,
      include: 'names',
    });
    const value = codec.encode(outcome);
    const record = { topic: 'calls.enriched', partition: 5, offset: 40, timestamp: 0, key: null, value, headers: {} };
    const ends = endsOfOutcome(record, codec);
    expect(ends.map(({ of }) => of)).toEqual([
      { partition: 5, offset: 7 },
      { partition: 5, offset: 9 },
    ]);
    expect(ends[0]).toMatchObject({
      kind: 'outcome',
      callIndex: 1,
      externalCallId: 'a',
      engagementRequested: true,
      bytes: value,
      place: 'calls.enriched/5@40',
    });
    expect(() => endsOfOutcome({ ...record, value: null }, codec)).toThrow(RangeError);
  });
});

describe('endOfDeadLetter', () => {
  const record = (headers: ReturnType<typeof deadLetterHeaders>) => {
    const place = { topic: 'calls.dlq', partition: 5, offset: 2, timestamp: 0 };
    return { ...place, key: null, value: Buffer.from('bytes'), headers };
  };
  const buried = (attempts: number) =>
    record(
      deadLetterHeaders(
        { ...source(7), key: null, value: Buffer.from('bytes'), headers: {} },
        new CallmatchError('poison', 'failed 8 times', { attempts }),
        {
          stage: 'submit',
          portal: 'main',
          externalCallId: 'a',
          callIndex: 0,
          attempts,
          mapping: { name: 'canonical', version: '3' },
          redrives: 0,
          group: 'g',
          time: 2_000,
          version: '1.0.0',
        },
      ),
    );

  it('finds the source record in the headers, and compares them, too', () => {
    const end = endOfDeadLetter(buried(8));
    expect(end).toMatchObject({
      kind: 'dead-letter',
      of: { partition: 5, offset: 7 },
      callIndex: 0,
      externalCallId: 'a',
      engagementRequested: false,
      fields: { code: 'poison' },
      place: 'calls.dlq/5@2',
    });
    expect(endOfDeadLetter(buried(8)).bytes).toEqual(end.bytes);
    expect(endOfDeadLetter(buried(9)).bytes).not.toEqual(end.bytes);
  });

  it('throws when they do not tell', () => {
    expect(() => endOfDeadLetter(record({}))).toThrow('calls.dlq/5@2');
  });
});
