/**
 * Parks records that are parts of a call: those of an open call wait for the others, and when it is whole it is a parked
 * call like any other, but for its several records.
 */
import { dispatched } from '../delivery/dispatched.ts';
import { CallmatchError } from '../errors.ts';
import type { Piece } from '../fold/folded-delivery.ts';
import type { ParkedIndex } from '../kafka/parked-index.ts';
import type { Reason } from '../outcome/dead-letter.ts';
import type { Outputs } from '../outputs.ts';
import type { SourceStages } from '../source-stages.ts';
import type { LedgerWriter } from './ledger-writer.ts';

/** What parts of a call have in common when they are parked. */
export interface PartsMark {
  /** Source offset of the first record of the call. */
  readonly first: number;
  /** Records of the call; undefined while it is open. */
  readonly size: number | undefined;
  /** Undefined where only the whole call tells it. */
  readonly portal: string | undefined;
  readonly stages: SourceStages;
  readonly reason: Reason & { readonly attempts: number };
  readonly inDoubt: boolean;
}

export interface PartParking {
  readonly index: ParkedIndex;
  readonly ledger: Pick<LedgerWriter, 'release'>;
  readonly outputs: Pick<Outputs, 'parkPart'>;
}

/**
 * Resolves with the parked offset of each, when all are acknowledged; with undefined when one is too large, and then none
 * of them counts. Rejects with the signal's reason when the partition is lost.
 */
export async function parkParts(
  pieces: readonly Piece[],
  { first, size, portal, stages, reason, inDoubt }: PartsMark,
  { index, ledger, outputs }: PartParking,
): Promise<number[] | undefined> {
  const offsets: number[] = [];
  const park = async ({ delivery, callIndex, part: { key } }: Piece) => {
    // What was sent has waited for that already.
    if (reason.attempts === 0) await dispatched(delivery);
    await outputs.parkPart({ delivery, callIndex, stages, portal }, { key, first, size }, reason, inDoubt, (offset) => {
      offsets.push(offset);
      index.hold(offset);
    });
  };
  const results = await Promise.allSettled(pieces.map(park));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length === 0) return offsets.sort((a, b) => a - b);
  const other = failures.find((error) => !(error instanceof CallmatchError) || error.code !== 'record-too-large');
  if (other !== undefined) throw other;
  for (const offset of offsets) ledger.release(offset);
  return undefined;
}
