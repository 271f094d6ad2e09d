import { expect, it } from 'vitest';
import { CallmatchError } from '../../../src/errors.ts';
import { ParkedIndex } from '../../../src/kafka/parked-index.ts';
import type { Outputs } from '../../../src/outputs.ts';
import { type PartsMark, parkParts } from '../../../src/parking/part-parking.ts';
import { sampleDelivery } from '../../support/sample-delivery.ts';

const MARK: PartsMark = {
  first: 4,
  size: undefined,
  portal: undefined,
  stages: {
    decode: () => ({ kind: 'tombstone' }),
    map: () => [],
    mapping: { name: 'm', version: '1' },
    portal: () => undefined,
  },
  reason: { code: 'fold-open', message: 'open', attempts: 0 },
  inDoubt: false,
};
const pieces = [4, 7].map((offset) => ({
  delivery: sampleDelivery({ offset }),
  callIndex: 0,
  part: { key: 'a' },
}));

function open(refused: number | undefined, error: Error = new CallmatchError('record-too-large', 'large')) {
  const index = new ParkedIndex();
  const released: number[] = [];
  const marks: unknown[] = [];
  const outputs: Pick<Outputs, 'parkPart'> = {
    async parkPart({ delivery }, mark, _reason, _inDoubt, parked) {
      if (delivery.offset === refused) throw error;
      marks.push(mark);
      parked(20 - delivery.offset);
    },
  };
  const parking = { index, ledger: { release: (offset: number) => released.push(offset) }, outputs };
  return { index, released, marks, park: () => parkParts(pieces, MARK, parking) };
}

it('gives where they stand, and holds the log there', async () => {
  const { index, marks, park } = open(undefined);
  expect(await park()).toEqual([13, 16]);
  expect([index.low, index.held]).toEqual([13, 2]);
  expect(marks).toEqual([
    { key: 'a', first: 4, size: undefined },
    { key: 'a', first: 4, size: undefined },
  ]);
});

it('lets go of the others when one is too large', async () => {
  const { released, park } = open(7);
  expect(await park()).toBeUndefined();
  expect(released).toEqual([16]);
});

it('rejects when the partition is lost', async () => {
  await expect(open(7, new Error('gone')).park()).rejects.toThrow('gone');
});
