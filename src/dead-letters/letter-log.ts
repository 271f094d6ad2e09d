/**
 * Makes out of the log of one dead-letter partition which letters are still to be dealt with. Beside the letters stands
 * a ledger: which of them may have been sent again, and which have come to an end. Pure.
 */
import type { ReadRecord } from '../kafka/range-reader.ts';
import { callName, nameWithoutId } from '../outcome/call-name.ts';
import { decodeLedger } from '../parking/ledger.ts';
import { isOfWholeRecord, isSameCall, isTaken, type Letter, readLetter, recordName } from './letter.ts';

/** A letter without an end. */
export interface OpenLetter extends Letter {
  /** It may have been sent again, and nothing says what became of that. */
  readonly isIssued: boolean;
  /** HubSpot has the call: it must not be sent again, only its outcome is missing. */
  readonly isTaken: boolean;
  /** Offsets of other letters about the same call: they come to an end with this one. */
  readonly copies: readonly number[];
}

/** Group under which redriven calls are published; nobody reads the source topics in it. */
export function redriveGroup(group: string): string {
  return `${group}.redrive`;
}

/** Whether the service of that group, one of its replays or one of its redrives has buried the letter. */
export function isOfGroup(own: string, { group }: Letter): boolean {
  return group === own || group === redriveGroup(own) || group.startsWith(`${own}.replay.`);
}

interface Entry {
  readonly letter: Letter;
  isIssued: boolean;
  isTaken: boolean;
  readonly copies: number[];
}

export class LetterLog {
  readonly #group: string;
  /** Without an end so far, in the order of the log. */
  readonly #open = new Map<number, Entry>();
  /** The same by source record. */
  readonly #ofRecord = new Map<string, Entry[]>();
  /** Original of a copy, by offset. */
  readonly #originals = new Map<number, number>();
  /** Letters that redrives have written, by source record. */
  readonly #cameBack = new Map<string, { readonly name: string; readonly offset: number }[]>();
  /** Letters that have come to an end. */
  ended = 0;

  /** @param group of the service; letters of its replays and redrives count as well, those of other groups do not */
  constructor(group: string) {
    this.#group = group;
  }

  /** Takes the next record of the log. */
  read(record: ReadRecord): void {
    const ledger = decodeLedger(record.headers, record.value);
    if (ledger === undefined) {
      const letter = readLetter(record);
      if (letter !== undefined && isOfGroup(this.#group, letter)) this.#add(letter);
    } else if (ledger.group === this.#group) {
      for (const offset of ledger.issued) {
        const entry = this.#open.get(this.#originalOf(offset));
        if (entry !== undefined) entry.isIssued = true;
      }
      for (const offset of ledger.released) this.#end(this.#originalOf(offset));
    }
  }

  /** Letters without an end, in the order of the log. */
  letters(): OpenLetter[] {
    return [...this.#open.values()].map(({ letter, ...rest }) => ({ ...letter, ...rest }));
  }

  /** Whether a redrive has buried the call again: a letter of it stands behind this one. @param name as `callName` makes it */
  hasComeBack(letter: Letter, name: string): boolean {
    const found = this.#cameBack.get(recordName(letter.source)) ?? [];
    return found.some((one) => one.offset > letter.offset && (one.name === name || one.name === nameWithoutId(name)));
  }

  #originalOf(offset: number): number {
    return this.#originals.get(offset) ?? offset;
  }

  #add(letter: Letter): void {
    const { offset } = letter;
    const record = recordName(letter.source);
    const isComeBack = letter.group === redriveGroup(this.#group);
    if (isComeBack) {
      const name = callName(letter.callIndex, letter.externalCallId);
      this.#cameBack.set(record, [...(this.#cameBack.get(record) ?? []), { name, offset }]);
    }
    const earlier = this.#ofRecord.get(record)?.findLast((entry) => isSameCall(entry.letter, letter));
    if (earlier !== undefined && !(isComeBack && isRedriven(earlier, letter))) {
      // Written twice, or the offsets were reset: one call is to be done once.
      earlier.copies.push(offset);
      earlier.isTaken ||= isTaken(letter);
      earlier.isIssued ||= letter.inDoubt;
      this.#originals.set(offset, earlier.letter.offset);
      return;
    }
    // That is the end of the earlier one, which was not written down any more. That of a whole record has other calls.
    if (earlier !== undefined && !isOfWholeRecord(earlier.letter)) this.#end(earlier.letter.offset);
    const entry = { letter, isIssued: letter.inDoubt, isTaken: isTaken(letter), copies: [] };
    this.#open.set(offset, entry);
    const beside = this.#ofRecord.get(record) ?? [];
    this.#ofRecord.set(record, [...beside, entry]);
  }

  #end(offset: number): void {
    const entry = this.#open.get(offset);
    if (entry === undefined) return;
    this.#open.delete(offset);
    this.ended += 1 + entry.copies.length;
    const record = recordName(entry.letter.source);
    const left = (this.#ofRecord.get(record) ?? []).filter((other) => other !== entry);
    if (left.length === 0) this.#ofRecord.delete(record);
    else this.#ofRecord.set(record, left);
  }
}

/** Whether the later letter is what became of the earlier one when that was sent again. */
function isRedriven({ letter, isIssued }: Entry, later: Letter): boolean {
  return isIssued && later.redrives > letter.redrives;
}
