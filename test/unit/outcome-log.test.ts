import { describe, expect, it } from 'vitest';
import { callName } from '../../src/outcome/call-name.ts';
import type { MemoryReader } from '../support/memory-reader.ts';
import {
  type About,
  deadLetter,
  LETTERS,
  MEMORY,
  OUTCOMES,
  type OutcomeWorld,
  openOutcomeLog,
  outcome,
  PARKED,
  SOURCE,
  SUBMITTED,
} from '../support/outcome-world.ts';

const CALL = callName(0, 'call-1');
type Since = Parameters<OutcomeWorld['readBack']>[1];

/** Whether the call counts as ended when these outputs are there at the take-over. */
async function endedBy(...outputs: Parameters<MemoryReader['append']>[]) {
  const { reader, readBack } = openOutcomeLog();
  for (const output of outputs) reader.append(...output);
  const past = (await readBack()).readBack;
  return (offset = 0, name = CALL) => past.hasEnded(offset, name);
}

describe('a call has ended', () => {
  const strangers: [string, About][] = [
    ['another offset', { offset: 1 }],
    ['another place in its record', { callIndex: 1 }],
    ['another id', { id: 'call-2' }],
    ['another group', { group: 'h' }],
    ['another partition', { source: { ...SOURCE, partition: 1 } }],
    ['another topic', { source: { ...SOURCE, topic: 'pbx.cdr' } }],
  ];

  it('when its outcome or its dead letter is there', async () => {
    expect((await endedBy())()).toBe(false);
    expect((await endedBy([OUTCOMES, outcome()]))()).toBe(true);
    expect((await endedBy([LETTERS, deadLetter()]))()).toBe(true);
  });

  it.each(strangers)('not by an output of %s', async (_name, about) => {
    expect((await endedBy([OUTCOMES, outcome(about)], [LETTERS, deadLetter(about)]))()).toBe(false);
  });

  it('by a skip that was published, whatever its reason', async () => {
    for (const reason of ['withheld', 'revision', 'in-doubt'] as const) {
      const hasEnded = await endedBy([OUTCOMES, outcome({}, { outcome: 'skipped', reason })]);
      expect(hasEnded()).toBe(true);
    }
  });

  it('not by an outcome without an engagement: it was submitted for its matches only', async () => {
    const hasEnded = await endedBy([OUTCOMES, outcome({}, { ...SUBMITTED, engagementRequested: false })]);
    expect(hasEnded()).toBe(false);
  });

  it('in each of the records that it was made from', async () => {
    const sources = [
      { ...SOURCE, offset: 3, timestamp: 0 },
      { ...SOURCE, partition: 9, offset: 4, timestamp: 0 },
      { ...SOURCE, offset: 5, timestamp: 0 },
    ];
    const hasEnded = await endedBy([OUTCOMES, outcome({ sources })]);
    expect([3, 4, 5].map((offset) => hasEnded(offset))).toEqual([true, false, true]);
  });

  it('by a dead letter that had to lose the id: whichever call stood at that place', async () => {
    const hasEnded = await endedBy([LETTERS, deadLetter({ id: undefined, callIndex: 1 })]);
    expect([callName(1, 'call-1'), callName(1, undefined), CALL].map((name) => hasEnded(0, name))).toEqual([
      true,
      true,
      false,
    ]);
    expect((await endedBy([LETTERS, deadLetter({ callIndex: 1 })]))(0, callName(1, undefined))).toBe(false);
  });

  it('among several of its record only by its own end', async () => {
    const hasEnded = await endedBy([OUTCOMES, outcome()], [LETTERS, deadLetter({ callIndex: 2, id: 'call-1' })]);
    expect([0, 1, 2].map((place) => hasEnded(0, callName(place, 'call-1')))).toEqual([true, false, true]);
  });

  it('whatever else stands there', async () => {
    const { value } = outcome({ offset: 1 });
    const hasEnded = await endedBy(
      [OUTCOMES, {}],
      [OUTCOMES, { value: Buffer.from('{}') }],
      [OUTCOMES, { value: Buffer.from([0, 0, 0, 0, 2, 1]) }],
      [OUTCOMES, { value: value.subarray(0, 40) }],
      [LETTERS, { value, headers: { 'callmatch.group': 'g', 'callmatch.source-offset': 'x' } }],
      [OUTCOMES, outcome({ offset: 2 })],
    );
    expect([hasEnded(), hasEnded(1), hasEnded(2)]).toEqual([false, false, true]);
  });
});

describe('the outputs', () => {
  it('are read in the partitions that belong to the source partition, and from nowhere else', async () => {
    const { reader, readBack } = openOutcomeLog();
    for (const partition of [0, 2, 3]) reader.append({ ...OUTCOMES, partition }, outcome());
    const { readBack: past } = await readBack();
    expect(past.hasEnded(0, CALL)).toBe(false);
    expect(reader.reads).toEqual(['calls.enriched/1 from 0', 'calls.cdr.dlq/2 from 0', 'calls.cdr.parked/1 from 0']);
  });

  it('count from where the commit says, and the place behind them is told', async () => {
    const { reader, readBack } = openOutcomeLog();
    for (const offset of [0, 1, 2]) reader.append(OUTCOMES, outcome({ offset }));
    for (const offset of [3, 4]) reader.append(LETTERS, deadLetter({ offset }));
    const since = [
      { ...OUTCOMES, offset: 1 },
      { ...LETTERS, offset: 1 },
    ];
    const { readBack: past, outputs } = await readBack(false, since);
    expect([0, 1, 2, 3, 4].map((offset) => past.hasEnded(offset, CALL))).toEqual([false, true, true, false, true]);
    expect(outputs).toEqual([
      { ...OUTCOMES, offset: 3 },
      { ...LETTERS, offset: 2 },
      { ...PARKED, offset: 0 },
    ]);
  });

  it.each<[string, Since]>([
    ['no commit says from where', 'nothing'],
    ['it says nothing of this one', [{ ...OUTCOMES, partition: 3, offset: 0 }]],
  ])('do not count at all when %s', async (_name, since) => {
    const { reader, readBack } = openOutcomeLog();
    reader.append(OUTCOMES, outcome());
    reader.append(LETTERS, deadLetter({ offset: 1 }));
    const { readBack: past, outputs } = await readBack(false, since);
    expect([0, 1].map((offset) => past.hasEnded(offset, CALL))).toEqual([false, false]);
    expect(outputs.map(({ offset }) => offset)).toEqual([1, 1, 0]);
  });

  it('are read from where they begin when retention has passed the commit', async () => {
    const { reader, readBack } = openOutcomeLog();
    for (const offset of [0, 1, 2, 3, 4]) reader.append(OUTCOMES, outcome({ offset }));
    reader.deleteBelow(OUTCOMES, 3);
    const { readBack: past, outputs } = await readBack(false, [{ ...OUTCOMES, offset: 1 }]);
    expect([2, 3, 4].map((offset) => past.hasEnded(offset, CALL))).toEqual([false, true, true]);
    expect(outputs[0]).toEqual({ ...OUTCOMES, offset: 5 });
  });

  it('are read to their new end when they end before the commit, because they were made anew', async () => {
    const { reader, readBack, clock } = openOutcomeLog();
    reader.append(OUTCOMES, outcome());
    const { readBack: past, outputs } = await readBack(true, [{ ...OUTCOMES, offset: 100 }]);
    expect(outputs[0]).toEqual({ ...OUTCOMES, offset: 1 });
    reader.append(OUTCOMES, outcome({ offset: 7 }));
    await clock.elapse(200);
    expect(past.hasEnded(7, CALL)).toBe(true);
  });

  it('fail the take-over when they cannot be read: it is tried again', async () => {
    const { reader, readBack } = openOutcomeLog();
    reader.trouble = new Error('no broker');
    await expect(readBack()).rejects.toThrow('no broker');
  });

  it('end where the log of each partition that belongs to the source partition ends', async () => {
    const { reader, log } = openOutcomeLog();
    const other = { ...SOURCE, partition: 6 };
    for (let n = 0; n < 3; n += 1) reader.append(OUTCOMES, outcome());
    reader.append(LETTERS, deadLetter());
    reader.append({ ...OUTCOMES, partition: 2 }, outcome());
    const ends = await log.ends([SOURCE, other]);
    expect([...ends]).toEqual([
      [
        SOURCE,
        [
          { ...OUTCOMES, offset: 3 },
          { ...LETTERS, offset: 1 },
          { ...PARKED, offset: 0 },
        ],
      ],
      [
        other,
        [
          { ...OUTCOMES, partition: 2, offset: 1 },
          { ...LETTERS, partition: 0, offset: 0 },
          { ...PARKED, partition: 0, offset: 0 },
        ],
      ],
    ]);
    expect(await log.ends([])).toEqual(new Map());
  });
});

describe('the memory of repeats', () => {
  const write = ({ reader }: OutcomeWorld, count: number) => {
    for (let n = 0; n < count; n += 1) reader.append(OUTCOMES, outcome({ offset: n, id: `call-${n}` }));
    // Dead letters are no part of it.
    for (let n = 0; n < count; n += 1) reader.append(LETTERS, deadLetter({ offset: n }));
  };
  const ids = ({ remembered }: OutcomeWorld) => remembered.map(({ externalCallId }) => externalCallId);

  it.each<[string, Since, number[]]>([
    ['none of them counts', 'nothing', []],
    ['one counts', [{ ...OUTCOMES, offset: 9 }], [9]],
  ])('is filled with the last outcomes, oldest first, where %s', async (_name, since, counting) => {
    const world = openOutcomeLog();
    write(world, 10);
    const { readBack: past } = await world.readBack(false, since);
    const reads = [`calls.enriched/1 from ${10 - MEMORY}`, 'calls.cdr.dlq/2 from 10', 'calls.cdr.parked/1 from 0'];
    expect(world.reader.reads).toEqual(reads);
    expect(ids(world)).toEqual(['call-7', 'call-8', 'call-9']);
    expect([7, 8, 9].filter((n) => past.hasEnded(n, callName(0, `call-${n}`)))).toEqual(counting);
  });

  it('is filled with all that counts when that is more', async () => {
    const world = openOutcomeLog();
    write(world, 10);
    await world.readBack(false, [{ ...OUTCOMES, offset: 4 }]);
    expect(world.reader.reads[0]).toBe('calls.enriched/1 from 4');
    expect(ids(world)).toEqual(['call-4', 'call-5', 'call-6', 'call-7', 'call-8', 'call-9']);
  });

  it('is of all calls with an engagement that HubSpot took, whoever sent them', async () => {
    const world = openOutcomeLog();
    world.reader.append(OUTCOMES, outcome({ id: 'other-group', group: 'h' }));
    world.reader.append(OUTCOMES, outcome({ id: 'skipped' }, { outcome: 'skipped', reason: 'withheld' }));
    world.reader.append(OUTCOMES, outcome({ id: 'matches-only' }, { ...SUBMITTED, engagementRequested: false }));
    world.reader.append(OUTCOMES, outcome({ id: 'other-source', source: { ...SOURCE, partition: 1 } }));
    await world.readBack();
    expect(ids(world)).toEqual(['other-group', 'other-source']);
  });

  it('learns what an earlier owner still publishes, once', async () => {
    const world = openOutcomeLog();
    await world.readBack(true);
    world.reader.append(OUTCOMES, outcome({ id: 'late' }));
    await world.clock.elapse(20_000);
    expect(ids(world)).toEqual(['late']);
  });
});
