import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TopicPartition } from '../../../src/kafka/delivery.ts';
import { OutputMarks, type OutputPosition } from '../../../src/kafka/output-marks.ts';

const OUTCOMES = { topic: 'calls.enriched', partition: 2 };
const LETTERS = { topic: 'calls.cdr.dlq', partition: 2 };
const OUTPUTS: readonly TopicPartition[] = [OUTCOMES, LETTERS];
const RECORDS = 12;

const at = ({ topic, partition }: TopicPartition, offset: number): OutputPosition => ({ topic, partition, offset });

interface Entry {
  readonly source: number;
  readonly call: number;
}

/** What a commit says, as far as it is about the outputs. */
interface Snapshot {
  readonly done: ReadonlySet<number>;
  readonly ceiling: number;
  readonly positions: readonly OutputPosition[];
}

/** A source partition, its outputs, and the owners that it has one after the other. */
class World {
  /** By output; a record of another source partition is undefined. */
  readonly logs: (Entry | undefined)[][] = OUTPUTS.map(() => []);
  readonly #calls: readonly number[];
  /** Written and not known to be: the acknowledgement comes, in the order of the log. */
  #onTheWay: { readonly output: number; readonly offset: number; readonly entry: Entry }[] = [];
  /** What a process that has crashed had put on the wire. */
  #late: { readonly output: number; readonly entry: Entry }[] = [];
  #done = new Set<number>();
  /** Calls by `source/call` of which the owner knows that they have ended. */
  #ended = new Set<string>();
  #begun = new Set<string>();
  #committed: Snapshot = { done: new Set(), ceiling: 0, positions: [] };
  #marks = new OutputMarks(OUTPUTS.map((output) => at(output, 0)));

  /** @param calls of each record */
  constructor(calls: readonly number[]) {
    this.#calls = calls;
  }

  get #watermark(): number {
    return Array.from(this.#calls.keys()).find((source) => !this.#done.has(source)) ?? this.#calls.length;
  }

  /** The next call of the record is published. */
  publish(source: number): void {
    const call = this.#nextCall(source);
    if (call === undefined || source >= this.#committed.ceiling) return;
    const output = (source + call) % OUTPUTS.length;
    this.#begun.add(`${source}/${call}`);
    const log = this.logs[output] ?? [];
    this.#onTheWay.push({ output, offset: log.push({ source, call }) - 1, entry: { source, call } });
  }

  acknowledge(): void {
    const written = this.#onTheWay.shift();
    if (written === undefined) return;
    const { source, call } = written.entry;
    this.#marks.published(source, OUTPUTS[written.output] ?? OUTCOMES, written.offset);
    this.#ended.add(`${source}/${call}`);
  }

  settle(source: number): void {
    const calls = Array.from({ length: this.#calls[source] ?? 0 }, (_, call) => call);
    // One without calls needs nothing written.
    if (!calls.every((call) => this.#ended.has(`${source}/${call}`))) return;
    this.#done.add(source);
    this.#marks.settled(source);
  }

  strangerWrites(output: number): void {
    this.logs[output % OUTPUTS.length]?.push(undefined);
  }

  /** Nothing is in work. */
  passOver(): void {
    if ([...this.#begun].some((name) => !this.#done.has(Number(name.split('/')[0])))) return;
    for (const [n, output] of OUTPUTS.entries()) this.#marks.passOver(output, this.logs[n]?.length ?? 0);
  }

  snapshot(headroom = 0): Snapshot {
    const begun = [...this.#begun].map((name) => Number(name.split('/')[0]) + 1);
    const ceiling = Math.max(this.#committed.ceiling, ...begun, this.#watermark + headroom);
    return {
      done: new Set(this.#done),
      ceiling: Math.min(ceiling, RECORDS),
      positions: this.#marks.positions(this.#watermark),
    };
  }

  commit(headroom: number): void {
    this.#committed = this.snapshot(headroom);
  }

  /** The owner is gone; what it put on the wire of `late` records may still come. The next one reads the outputs. */
  crash(late: readonly number[]): void {
    for (const source of late) {
      const call = this.#nextCall(source);
      if (call === undefined || source >= this.#committed.ceiling) continue;
      this.#begun.add(`${source}/${call}`);
      this.#late.push({ output: (source + call) % OUTPUTS.length, entry: { source, call } });
    }
    const { done, ceiling, positions } = this.#committed;
    this.#onTheWay = [];
    this.#done = new Set(done);
    this.#begun = new Set(this.#late.map(({ entry }) => `${entry.source}/${entry.call}`));
    this.#ended = new Set();
    this.look();
    const ends = OUTPUTS.map((output, n) => at(output, this.logs[n]?.length ?? 0));
    this.#marks = new OutputMarks(ends, { since: positions, until: ceiling });
  }

  /** One of those on the wire arrives. */
  lateWrite(): void {
    const late = this.#late.shift();
    if (late !== undefined) this.logs[late.output]?.push(late.entry);
  }

  /** The owner looks at what an earlier one has published. */
  look(): void {
    for (const { source, call } of this.found(this.#committed)) {
      this.#begun.add(`${source}/${call}`);
      this.#ended.add(`${source}/${call}`);
    }
  }

  /** What a new owner finds by a commit. */
  found(committed: Snapshot): Entry[] {
    return this.logs.flatMap((log, n) => log.slice(this.#from(n, committed)).filter((entry) => entry !== undefined));
  }

  check(): void {
    const now = this.snapshot();
    for (const [n, log] of this.logs.entries()) {
      const from = this.#from(n, now);
      if (from > log.length) throw new Error(`output ${n} is read from ${from}, behind its end`);
      const hidden = log.slice(0, from).find((entry) => entry !== undefined && !now.done.has(entry.source));
      if (hidden !== undefined) throw new Error(`nobody finds ${JSON.stringify(hidden)} before ${from}`);
    }
  }

  /** An output for which no position is named is read from its end. */
  #from(n: number, { positions }: Snapshot): number {
    return positions.find(({ topic }) => topic === OUTPUTS[n]?.topic)?.offset ?? this.logs[n]?.length ?? 0;
  }

  #nextCall(source: number): number | undefined {
    const calls = Array.from({ length: this.#calls[source] ?? 0 }, (_, call) => call);
    return this.#done.has(source) ? undefined : calls.find((call) => !this.#begun.has(`${source}/${call}`));
  }
}

const source = fc.nat(RECORDS - 1);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('publish' as const), of: source }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), of: source }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('settle' as const), of: source }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('commit' as const), of: source }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('strangerWrites' as const, 'passOver' as const, 'lateWrite' as const, 'look' as const),
      of: source,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), of: source, late: fc.array(source) }) },
);

describe('OutputMarks', () => {
  it('lets every owner find every output of every record that is not done, whenever the one before it crashes', () => {
    const calls = fc.array(fc.nat(3), { minLength: RECORDS, maxLength: RECORDS });
    fc.assert(
      fc.property(calls, fc.array(step, { minLength: 10, maxLength: 100 }), (given, steps) => {
        const world = new World(given);
        world.commit(RECORDS);
        for (const one of steps) {
          if (one.do === 'crash') world.crash(one.late);
          else world[one.do](one.of);
          world.check();
        }
      }),
      { numRuns: 500 },
    );
  });

  it('ends behind the last output that was acknowledged', () => {
    const marks = new OutputMarks([at(OUTCOMES, 40)]);
    marks.published(7, OUTCOMES, 50);
    marks.settled(7);
    expect(marks.positions(0)).toEqual([at(OUTCOMES, 51)]);
    marks.published(8, OUTCOMES, 45);
    marks.settled(8);
    expect(marks.positions(0), 'an acknowledgement that comes late').toEqual([at(OUTCOMES, 51)]);
  });

  it('is held back by the first output of a record that is not done, in each output by itself', () => {
    const marks = new OutputMarks([at(OUTCOMES, 40), at(LETTERS, 3)]);
    marks.published(7, OUTCOMES, 50);
    marks.published(7, OUTCOMES, 55);
    marks.published(8, LETTERS, 9);
    expect(marks.positions(0)).toEqual([at(OUTCOMES, 50), at(LETTERS, 9)]);
    marks.settled(8);
    expect(marks.positions(0)).toEqual([at(OUTCOMES, 50), at(LETTERS, 10)]);
    marks.settled(7);
    expect(marks.positions(0)).toEqual([at(OUTCOMES, 56), at(LETTERS, 10)]);
  });

  it('stays where an earlier owner began until everything of that one is done', () => {
    const marks = new OutputMarks([at(OUTCOMES, 60)], { since: [at(OUTCOMES, 40)], until: 9 });
    expect(marks.positions(5)).toEqual([at(OUTCOMES, 40)]);
    expect(marks.positions(8)).toEqual([at(OUTCOMES, 40)]);
    expect(marks.positions(9)).toEqual([at(OUTCOMES, 60)]);
  });

  it('passes over what others have written, and over an output that it has not used yet', () => {
    const marks = new OutputMarks([at(OUTCOMES, 40)]);
    marks.passOver(OUTCOMES, 90);
    marks.passOver(OUTCOMES, 80);
    marks.passOver(LETTERS, 0);
    expect(marks.positions(0)).toEqual([at(OUTCOMES, 90), at(LETTERS, 0)]);
  });
});

describe('with parked calls', () => {
  const PARKED = { topic: 'calls.cdr.parked', partition: 2 };

  it('the position in the parked topic is the first call without an end', () => {
    const marks = new OutputMarks([at(OUTCOMES, 4), at(PARKED, 9)]);
    const positions = (low: number | undefined) =>
      marks
        .positions(0, { low: low === undefined ? undefined : at(PARKED, low), isUnclear: false })
        .map(({ offset }) => offset);
    expect([positions(3), positions(undefined)]).toEqual([
      [4, 3],
      [4, 9],
    ]);
  });

  it('the outputs of an earlier owner are found again until it is clear what has ended', () => {
    const earlier = { since: [at(OUTCOMES, 2)], until: 5 };
    const marks = new OutputMarks([at(OUTCOMES, 8)], earlier);
    const position = (isUnclear: boolean) => marks.positions(7, { low: undefined, isUnclear })[0]?.offset;
    expect([position(true), position(false)]).toEqual([2, 8]);
  });
});
