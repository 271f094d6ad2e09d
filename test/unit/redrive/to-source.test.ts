import { expect, it } from 'vitest';
import { LetterLog } from '../../../src/dead-letters/letter-log.ts';
import type { TransactionalRecord } from '../../../src/kafka/transaction.ts';
import { decodeLedger } from '../../../src/parking/ledger.ts';
import { Counts } from '../../../src/redrive/counts.ts';
import { writeBack } from '../../../src/redrive/to-source.ts';
import type { Trial } from '../../../src/trial/trial.ts';
import { type AboutLetter, LETTERS, letterBytes } from '../../support/letter-record.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

/** A record gives as many calls as it says. */
const TRIAL: Trial = {
  async take(source) {
    const calls = Number(source.headers.calls ?? 1);
    const end = { kind: 'buried', code: 'crm-rejected', message: 'no', stage: 'submit' } as const;
    return Array.from({ length: calls }, (_, callIndex) => {
      return { source, callIndex, portal: 'main', end: { ...end, externalCallId: `call-${source.offset}` } };
    });
  },
  close: () => [],
};

async function open(...abouts: AboutLetter[]) {
  const reader = new MemoryReader({ [LETTERS.topic]: 1 });
  for (const about of abouts) reader.append(LETTERS, letterBytes(about));
  const log = new LetterLog('g');
  await reader.read(LETTERS, { from: 0 }, (record) => log.read(record));
  const written: TransactionalRecord[][] = [];
  const left = new Counts();
  const done = await writeBack(
    { stretches: [{ ...LETTERS, letters: log.letters() }], left },
    {
      group: 'g',
      hold: { isHeld: true, lost: new AbortController().signal },
      reader,
      before: { has: () => false, hasId: () => false, counts: { calls: 0, droppedIds: 0 } },
      trial: TRIAL,
      write: async (records) => void written.push([...records]),
      signal: new AbortController().signal,
    },
  );
  return { written, done, left: left.toJSON() };
}

it('writes a record together with the end of its letters', async () => {
  const { written, done, left } = await open({ source: 4, attempts: 3 }, { source: 4 }, { source: 5 });
  expect(written).toHaveLength(1);
  const [first, second, ledger] = written[0] ?? [];
  expect(first).toEqual({
    topic: 'calls.cdr',
    partition: 0,
    timestamp: 7,
    key: Buffer.from('k'),
    value: Buffer.from('{"id":"call-4"}'),
    headers: { own: 'x', 'callmatch.redrives': '1', 'callmatch.attempts': '3' },
  });
  expect(second).toMatchObject({ value: Buffer.from('{"id":"call-5"}') });
  expect(decodeLedger(ledger?.headers ?? {}, ledger?.value ?? null)).toMatchObject({ issued: [], released: [0, 1, 2] });
  expect(done).toMatchObject({ ended: 2, written: 2, isFinished: true });
  expect(left).toEqual({});
});

it('leaves what would be sent twice', async () => {
  const { written, left } = await open(
    { source: 1, stage: 'publish', code: 'record-too-large' },
    { source: 2, code: 'poison' },
    { source: 3, headers: { calls: '2' } },
  );
  expect(written).toEqual([]);
  expect(left).toEqual({ 'has-the-call': 1, 'in-doubt': 1, 'several-calls': 1 });
});

it('writes back a record that could not be decoded, however many calls it gives', async () => {
  const { written } = await open({
    ...{ source: 1, stage: 'decode', code: 'undecodable', id: undefined },
    headers: { calls: '2' },
  });
  expect(written).toHaveLength(1);
});
