import { expect, it } from 'vitest';
import { foldedDelivery, foldedSource, piecesOf, sourcesOf } from '../../../src/fold/folded-delivery.ts';
import { sampleDelivery } from '../../support/sample-delivery.ts';

it('is its last record in all but what concerns each of them', async () => {
  const done: number[] = [];
  const published: number[] = [];
  const ended = new Set([4]);
  const [first, last] = [4, 7].map((offset) =>
    sampleDelivery({
      offset,
      inDoubt: offset === 4,
      headers: { at: String(offset) },
      published: () => published.push(offset),
      readBack: { hasEnded: (at) => ended.has(at), untilSettled: async (at) => ended.has(at) },
    }),
  );
  if (first === undefined || last === undefined) throw new Error('there are two');
  const part = { key: 'a', ends: false };
  const pieces = [
    { delivery: first, callIndex: 0, part },
    { delivery: last, callIndex: 1, part },
  ] as const;
  const folded = foldedDelivery(pieces, () => done.push(1));
  expect([piecesOf(folded), piecesOf(first)]).toEqual([pieces, undefined]);
  expect(folded).toMatchObject({ offset: 7, headers: { at: '7' }, inDoubt: true });
  expect(sourcesOf(folded)).toEqual([first, last]);
  folded.published(folded, 1);
  expect(published).toEqual([4, 7]);

  const ends = async () => [
    folded.readBack.hasEnded(7, 'a'),
    await folded.readBack.untilSettled(7, 'a', folded.signal),
  ];
  expect(await ends()).toEqual([false, false]);
  ended.add(7);
  expect(await ends()).toEqual([true, true]);
  folded.settle();
  expect(done).toEqual([1]);
});

it('names a record once of which it has several parts', () => {
  const [one, other] = [sampleDelivery({ offset: 1 }), sampleDelivery({ offset: 2 })];
  expect(sourcesOf(foldedSource([one, one, other]))).toEqual([one, other]);
  expect(sourcesOf(one)).toEqual([one]);
});
