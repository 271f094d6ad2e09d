/** What would become of a letter by now: by the service's own decoding and mapping, with nothing sent. */
import type { OpenLetter } from '../dead-letters/letter-log.ts';
import type { End, Trial, TrialEnd } from '../trial/trial.ts';
import type { LetterBytes } from './omitted-value.ts';
import { sourceOfLetter } from './redriven.ts';
import { type Before, isEngaged } from './redriving.ts';
import { wantedCalls } from './wanted-call.ts';

export interface Judged {
  /** Ends of the calls that the letter is about; none when its record gives no such call any more. */
  readonly ends: readonly TrialEnd[];
  /** All calls of its record. */
  readonly calls: number;
}

/** Rejects as `Trial.take` does. */
export async function judge(
  letter: OpenLetter,
  bytes: Extract<LetterBytes, { kind: 'bytes' }>,
  trial: Trial,
): Promise<Judged> {
  const taken = await trial.take(sourceOfLetter(letter, bytes));
  // Parts of calls: as far as this record tells.
  const all = taken.length === 0 ? trial.close() : taken;
  const wanted = wantedCalls(
    letter,
    all.map(({ end }) => idOf(end)),
  );
  return { ends: wanted.flatMap((index) => all[index] ?? []), calls: all.length };
}

/** Whether HubSpot has the call by now. */
export function hasEngagement({ source, callIndex, portal, end }: TrialEnd, before: Before): boolean {
  if (end.kind !== 'enriched' || portal === undefined) return false;
  return isEngaged(before, source, callIndex, portal, end.call.externalCallId);
}

function idOf(end: End): string | undefined {
  switch (end.kind) {
    case 'buried':
      return end.externalCallId;
    case 'folded':
      return undefined;
    default:
      return end.call?.externalCallId;
  }
}
