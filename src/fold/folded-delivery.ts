/** Several records of one call, handled as if they were one: the last of them stands for all. */
import type { Delivery } from '../kafka/delivery.ts';
import type { SourceBytes } from '../outcome/dead-letter.ts';

/** What a call is made of: a part of a record. */
export interface Piece {
  readonly delivery: Delivery;
  /** Its place in the record, from 0. */
  readonly callIndex: number;
  readonly part: { readonly key: string };
}

export type Pieces<P extends Piece = Piece> = readonly [P, ...P[]];

interface Folded<Source> {
  /** Each record once, in the order of the source. */
  readonly parts: readonly Source[];
}

export interface FoldedDelivery extends Delivery, Folded<Delivery> {
  readonly pieces: Pieces;
}

/**
 * It may be sent when the last record may: the ceiling covers those before. It is in doubt if any of them is, and its end
 * is known when it is known of each: a dead letter is written for every one.
 * @param pieces of one ownership, in the order of the source
 */
export function foldedDelivery(pieces: Pieces, settle: () => void): FoldedDelivery {
  const [first, ...more] = pieces;
  const source = foldedSource([first.delivery, ...more.map(({ delivery }) => delivery)]);
  const { parts } = source;
  return {
    ...source,
    pieces,
    inDoubt: parts.some(({ inDoubt }) => inDoubt),
    readBack: {
      hasEnded: (_, call) => parts.every(({ offset, readBack }) => readBack.hasEnded(offset, call)),
      async untilSettled(_, call, signal) {
        for (const { offset, readBack } of parts)
          if (!(await readBack.untilSettled(offset, call, signal))) return false;
        return true;
      },
    },
    published(output, at) {
      for (const part of parts) part.published(output, at);
    },
    settle,
  };
}

/** Several records of one call as one, without anything that has to be done for them. */
export function foldedSource<Source extends SourceBytes>(
  sources: readonly [Source, ...Source[]],
): Source & Folded<Source> {
  // A record can hold several parts of a call.
  const parts = [...new Map(sources.map((source) => [source.offset, source])).values()];
  return { ...(parts.at(-1) ?? sources[0]), parts };
}

/** The records that a call is made of, in the order of the source. */
export function sourcesOf<Source extends SourceBytes>(source: Source | (Source & Folded<Source>)): readonly Source[] {
  return 'parts' in source ? source.parts : [source];
}

/** Undefined for a call of one record. */
export function piecesOf(delivery: Delivery | FoldedDelivery): Pieces | undefined {
  return 'pieces' in delivery ? delivery.pieces : undefined;
}
