/**
 * Sees the run from outside: reads source, outcomes and dead letters as they are written, and holds every commit
 * against them. It asks no instance anything.
 */
import { type Clock, wait } from '../../src/clock.ts';
import { messageOf } from '../../src/errors.ts';
import type { RangeReader, ReadRecord } from '../../src/kafka/range-reader.ts';
import type { OutcomeCodec } from '../../src/outcome/enriched-call.ts';
import { type Commit, CommitAudit, inDoubt } from './commits.ts';
import type { GroupWatch } from './group-watch.ts';
import { type Coordinates, Ledger } from './ledger.ts';
import { endOfDeadLetter, endsOfOutcome } from './published-end.ts';
import { Silence } from './silence.ts';

export interface WatchedTopics {
  readonly source: string;
  readonly outcomes: string;
  readonly deadLetters: string;
}

export interface WitnessParts {
  readonly reader: RangeReader;
  readonly group: GroupWatch;
  readonly codec: OutcomeCodec;
  readonly clock: Clock;
}

/** Pause between two looks. */
const EVERY_MS = 250;

export class Witness {
  readonly ledger = new Ledger();
  /** Output records that do not say what ended. */
  readonly unreadable: string[] = [];
  readonly #topics: WatchedTopics;
  readonly #parts: WitnessParts;
  readonly #audit = new CommitAudit();
  readonly #silence = new Silence();
  /** Next offset to read, by `topic/partition`. */
  readonly #next = new Map<string, number>();
  #lastLook: Promise<unknown> = Promise.resolve();
  #looks = 0;

  constructor(topics: WatchedTopics, parts: WitnessParts) {
    this.#topics = topics;
    this.#parts = parts;
  }

  get passed(): readonly Coordinates[] {
    return this.#audit.passed;
  }

  /** Longest time in which calls of a partition waited and none ended, milliseconds. */
  get longestSilence(): number {
    return this.#silence.longest;
  }

  /** Commits that were held against the topics, each of all partitions. */
  get looks(): number {
    return this.#looks;
  }

  /** Looks again and again until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A broker that is down now and then is part of the run; whether all was read, the last look shows.
      await this.look().catch(() => {});
      for (const partition of this.ledger.partitions) {
        this.#silence.observe(this.#parts.clock.now(), partition, this.ledger.progress(partition));
      }
      await wait(this.#parts.clock, EVERY_MS, signal).catch(() => {});
    }
  }

  /** Commits first, then what was written until after them: so an end that they are about is read for certain. */
  look(): Promise<Commit[]> {
    const look = this.#lastLook.then(async () => {
      const commits = await this.#parts.group.commits();
      await this.#read();
      this.#audit.check(commits, this.ledger);
      this.#looks += 1;
      return commits;
    });
    this.#lastLook = look.catch(() => {});
    return look;
  }

  /**
   * Calls that may have been submitted by a member that is dead or frozen, without anybody knowing it. While the group
   * is being made anew nobody can say which partitions are its own, and those of all count.
   */
  async inDoubtOf(clientId: string): Promise<number> {
    const { group, reader } = this.#parts;
    const [commits, partitions, bounds] = await Promise.all([
      group.commits(),
      group.partitionsOf(clientId),
      reader.bounds(this.#topics.source),
    ]);
    const ends = new Map(bounds.map(({ partition, end }) => [partition, end]));
    return commits
      .filter(({ partition }) => partitions?.includes(partition) ?? true)
      .reduce((sum, commit) => sum + inDoubt(commit, ends.get(commit.partition) ?? 0), 0);
  }

  async #read(): Promise<void> {
    const { source, outcomes, deadLetters } = this.#topics;
    await Promise.all([
      this.#readTopic(source, (record) => this.ledger.addRecord(record, record.key?.toString() ?? '')),
      this.#readTopic(outcomes, (record) => {
        for (const end of endsOfOutcome(record, this.#parts.codec)) this.ledger.addEnd(end);
      }),
      this.#readTopic(deadLetters, (record) => this.ledger.addEnd(endOfDeadLetter(record))),
    ]);
  }

  async #readTopic(topic: string, onRecord: (record: ReadRecord) => void): Promise<void> {
    const { reader } = this.#parts;
    const bounds = await reader.bounds(topic);
    await Promise.all(
      bounds.map(async ({ partition, start, end }) => {
        const key = `${topic}/${partition}`;
        const from = this.#next.get(key) ?? start;
        if (from >= end) return;
        await reader.read({ topic, partition }, { from, to: end }, (record) => {
          try {
            onRecord(record);
          } catch (error) {
            this.unreadable.push(`${key}@${record.offset}: ${messageOf(error)}`);
          }
          // After each: a reading that is broken off must not give a record twice.
          this.#next.set(key, record.offset + 1);
        });
      }),
    );
  }
}
