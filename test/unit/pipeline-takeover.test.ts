/** One owner of a partition dies at any moment, and the next one finds in the outputs what it has to do. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Mapped } from '../../src/cdr/mapping/mapping.ts';
import { CallmatchError } from '../../src/errors.ts';
import type { OutputRecord, PublishOptions } from '../../src/kafka/sink.ts';
import { outcomeKey } from '../../src/outcome/enriched-call.ts';
import { materialOfOutcome } from '../../src/outcome/material.ts';
import { createOutcomeLog } from '../../src/outcome-log.ts';
import { settled } from '../support/manual-clock.ts';
import { MemoryReader } from '../support/memory-reader.ts';
import { ACCEPTED, call, codec, openPipeline, skip } from '../support/pipeline-world.ts';
import { sampleDelivery } from '../support/sample-delivery.ts';

const OUTPUTS = ['calls.enriched', 'calls.cdr.dlq', 'calls.cdr.parked'];
const SETTLE_MS = 10_000;

type Records = readonly (readonly Mapped[])[];

const open = (records: Records) =>
  openPipeline({
    map: ({ offset }) => records[offset] ?? [],
    submit: ({ externalCallId }) =>
      externalCallId === 'refused'
        ? Promise.reject(new CallmatchError('crm-rejected', 'no', { attempts: 1 }))
        : Promise.resolve(ACCEPTED),
  });

/** The outputs that there should be in the end: one for each end that is published. */
function expected(records: Records): string[] {
  const first = new Map<string, number | undefined>();
  return records.flatMap((ends, offset) =>
    ends.flatMap((end, index) => {
      if (end.kind === 'failure') return [`${offset}/${index} ${end.code}`];
      if (end.kind === 'skip') return end.call === undefined ? [] : [`${offset}/${index} ${end.reason}`];
      const { externalCallId: id, talkSeconds } = end.call;
      if (id === 'refused') return [`${offset}/${index} crm-rejected`];
      if (first.has(id)) return first.get(id) === talkSeconds ? [] : [`${offset}/${index} revision`];
      first.set(id, talkSeconds);
      return [`${offset}/${index} enriched`];
    }),
  );
}

function describeOutput({ topic, value, headers = {} }: OutputRecord): string {
  const header = (name: string) => String(headers[`callmatch.${name}`]);
  if (topic === 'calls.cdr.dlq') return `${header('source-offset')}/${header('call-index')} ${header('code')}`;
  const { sources, callIndex, outcome, reason } = codec.decode(value ?? Buffer.alloc(0));
  return `${sources[0]?.offset}/${callIndex} ${reason ?? outcome}`;
}

it('the two together publish every end once, whatever was written before, and is written while the next one waits', async () => {
  const id = fc.constantFrom('a', 'b', 'c d');
  const end = fc.oneof(
    { weight: 4, arbitrary: fc.record({ id, talk: fc.constantFrom(1, 2) }).map(callOf) },
    fc.constantFrom<Mapped>(
      call({ externalCallId: 'refused' }),
      skip('withheld', true),
      skip('filtered'),
      { kind: 'failure', code: 'unusable-number', message: 'x', externalCallId: 'a' },
      { kind: 'failure', code: 'no-call-record', message: 'x' },
    ),
  );
  const history = fc.record({
    records: fc.array(fc.array(end, { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
    written: fc.nat(12),
    acknowledged: fc.nat(12),
    late: fc.array(fc.nat(SETTLE_MS - 1), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(history, async ({ records, written, acknowledged, late }) => {
      const dead = open(records);
      const { publish } = dead.sink;
      let published = 0;
      const onTheirWay: OutputRecord[] = [];
      dead.sink.publish = async (record: OutputRecord, options?: PublishOptions) => {
        published += 1;
        const isAcknowledged = published <= acknowledged;
        if (published <= written || isAcknowledged) await publish.call(dead.sink, record, options);
        else onTheirWay.push(record);
        if (!isAcknowledged) await new Promise(() => {});
      };
      for (const offset of records.keys()) dead.pipeline.accept(sampleDelivery({ offset }));
      await settled();

      const next = open(records);
      const reader = new MemoryReader(Object.fromEntries(OUTPUTS.map((topic) => [topic, 1])));
      const write = ({ topic, value, headers = {} }: OutputRecord) =>
        reader.append({ topic, partition: 0 }, { value, headers });
      dead.sink.records.forEach(write);
      const log = createOutcomeLog(
        {
          group: 'g',
          outcomes: 'calls.enriched',
          dlqSuffix: '.dlq',
          parkedSuffix: '.parked',
          settle: SETTLE_MS,
          memory: 100,
        },
        {
          reader,
          codec,
          partitions: new Map(),
          clock: next.clock,
          remember: (one) =>
            next.duplicates.remember(outcomeKey(one.portal, one.externalCallId), materialOfOutcome(one)),
          failed: () => expect.unreachable(),
        },
      );
      const since = OUTPUTS.map((topic) => ({ topic, partition: 0, offset: 0 }));
      const { readBack } = await log.readBack(sampleDelivery(), since, true, new AbortController().signal, 0);
      const deliveries = [...records.keys()].map((offset) => sampleDelivery({ offset, inDoubt: true, readBack }));
      for (const [n, record] of onTheirWay.slice(0, late.length).entries()) {
        next.clock.after(late[n] ?? 0, () => {
          dead.sink.records.push(record);
          write(record);
        });
      }
      for (const delivery of deliveries) next.pipeline.accept(delivery);
      await next.clock.elapse(SETTLE_MS);

      const outputs = [...dead.sink.records, ...next.sink.records].map(describeOutput);
      expect(outputs.sort()).toEqual(expected(records).sort());
      expect(deliveries.map((delivery) => delivery.settled)).toEqual(deliveries.map(() => 1));
      expect([next.crashes, next.order.size]).toEqual([[], 0]);
    }),
    { numRuns: 150 },
  );
});

function callOf({ id, talk }: { id: string; talk: number }): Mapped {
  return call({ externalCallId: id, talkSeconds: talk });
}
