/**
 * Dead letters and everything around their redrive, but for the pipeline: a log, outcomes, a CRM that refuses a call as
 * often as it is told to, and runs that are killed after so many steps that leave something behind.
 */
import { LetterLog, type OpenLetter, redriveGroup } from '../../src/dead-letters/letter-log.ts';
import type { Accept } from '../../src/kafka/delivery.ts';
import { callName } from '../../src/outcome/call-name.ts';
import { LetterLedger } from '../../src/redrive/letter-ledger.ts';
import { LetterSource } from '../../src/redrive/letter-source.ts';
import { bytesOfLetter } from '../../src/redrive/omitted-value.ts';
import { isRedriven } from '../../src/redrive/redriven.ts';
import { type AboutLetter, LETTERS, letterBytes } from './letter-record.ts';
import { ManualClock, settled } from './manual-clock.ts';
import { MemoryReader, type Written } from './memory-reader.ts';

const MOST_STEPS = 1_000_000;
const IDLE_TURNS = 10;

export interface Run {
  /** Steps that leave something behind (a write, a request) before the process is killed; undefined: it comes to its end. */
  readonly steps?: number | undefined;
}

export class RedriveWorld {
  readonly reader = new MemoryReader({ [LETTERS.topic]: 1, 'calls.cdr': 1 });
  /** Ids of the calls that HubSpot has been sent, in their order. */
  readonly sent: string[] = [];
  /** Ids of the calls that HubSpot has. */
  readonly engaged: string[] = [];
  readonly left: string[] = [];
  readonly #outcomes = new Set<string>();
  readonly #refusals = new Map<string, number>();

  /** @param refusals how often HubSpot refuses the call from now on */
  bury(about: AboutLetter & { readonly id: string }, refusals = 0): void {
    this.reader.append(LETTERS, letterBytes(about));
    this.#refusals.set(about.id, refusals);
  }

  async log(): Promise<LetterLog> {
    const log = new LetterLog('g');
    await this.reader.read(LETTERS, { from: 0 }, (record) => log.read(record));
    return log;
  }

  /** @returns whether it came to its end */
  async redrive({ steps = Number.POSITIVE_INFINITY }: Run = {}): Promise<boolean> {
    const log = await this.log();
    const clock = new ManualClock();
    let left = Math.min(steps, MOST_STEPS);
    /** Does a step, or never comes back: the process was killed. */
    const step = async <Result>(does: () => Result): Promise<Result> => {
      await settled();
      if (left <= 0) return new Promise(() => {});
      left -= 1;
      const result = does();
      await settled();
      return result;
    };
    const publish = ({ value = null, headers = {} }: Written) =>
      step(() => void this.reader.append(LETTERS, { value, headers }));
    const parts = { group: 'g', sink: { publish }, clock, signal: new AbortController().signal };
    const ended: OpenLetter[] = [];
    const source = new LetterSource([{ ...LETTERS, letters: log.letters() }], {
      reader: this.reader,
      bytesOf: (letter, record, signal) => bytesOfLetter(letter, record, this.reader, signal),
      ledgerOf: (place) => new LetterLedger(place, parts),
      hasEnded: (letter, call) =>
        log.hasComeBack(letter, call) || this.#outcomes.has(`${letter.source.offset} ${call}`),
      isHeld: () => true,
      lost: new AbortController().signal,
      clock,
      settle: 0,
      left: ({ offset }, why) => this.left.push(`${offset} ${why}`),
      ended: (letter) => ended.push(letter),
    });
    await source.start(this.#pipeline(step, publish));
    let isDone = false;
    void source.finished.then(() => {
      isDone = true;
    });
    // Once nothing has been done for some turns, it was killed.
    for (
      let idle = 0, before = left;
      !isDone && idle < IDLE_TURNS;
      idle = left === before ? idle + 1 : 0, before = left
    ) {
      await settled();
      clock.advance(200);
    }
    return isDone;
  }

  /** What the pipeline does with a record of one call: see `end` and `submit` there, and `Portal.submit`. */
  #pipeline(step: <R>(does: () => R) => Promise<R>, publish: (record: Written) => Promise<void>): Accept {
    return (delivery) => {
      const work = async () => {
        if (!isRedriven(delivery)) throw new Error('no redriven record');
        const { letter, readBack, permission, offset, signal } = delivery;
        const { callIndex, externalCallId: id = '' } = letter;
        const name = callName(callIndex, id);
        if (readBack.hasEnded(offset, name)) return delivery.settle();
        if (delivery.inDoubt && (await readBack.untilSettled(offset, name, signal))) return delivery.settle();
        const isThere = delivery.isTaken || (delivery.inDoubt && this.engaged.includes(id));
        if (!isThere) {
          for (let claimed = permission.claim(); claimed !== true; claimed = permission.claim()) await claimed;
          const isRefused = await step(() => this.#send(id));
          if (isRefused) {
            const redriven = { group: redriveGroup('g'), redrives: letter.redrives + 1 };
            await publish(letterBytes({ source: offset, id, callIndex, ...redriven }));
            return delivery.settle();
          }
        }
        await step(() => this.#outcomes.add(`${offset} ${name}`));
        delivery.settle();
      };
      void work();
      return true;
    };
  }

  #send(id: string): boolean {
    this.sent.push(id);
    const refusals = this.#refusals.get(id) ?? 0;
    this.#refusals.set(id, refusals - 1);
    if (refusals > 0) return true;
    this.engaged.push(id);
    return false;
  }
}
