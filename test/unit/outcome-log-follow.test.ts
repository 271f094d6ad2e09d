/** What an earlier owner still publishes while its calls are waited for. */
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../src/abort.ts';
import type { ReadBack } from '../../src/kafka/delivery.ts';
import { callName } from '../../src/outcome/call-name.ts';
import { settled } from '../support/manual-clock.ts';
import {
  deadLetter,
  LETTERS,
  OUTCOMES,
  type OutcomeWorld,
  openOutcomeLog,
  outcome,
  SETTLE_MS,
} from '../support/outcome-world.ts';

const CALL = callName(0, 'call-1');
const never = () => new AbortController().signal;

/** A call in doubt, and when it was known what became of it (`Clock.now`). */
function ask({ clock }: OutcomeWorld, past: ReadBack, signal = never(), offset = 0, name = CALL) {
  const question: { answer?: unknown; at?: number } = {};
  const answered = (answer: unknown) => void Object.assign(question, { answer, at: clock.now() });
  past.untilSettled(offset, name, signal).then(answered, answered);
  return question;
}

async function inDoubt() {
  const world = openOutcomeLog();
  const { readBack: past } = await world.readBack(true);
  return { world, past, clock: world.clock, reader: world.reader };
}

describe('a call in doubt', () => {
  it('is known at once when its end is there already', async () => {
    const world = openOutcomeLog();
    world.reader.append(OUTCOMES, outcome());
    const { readBack: past } = await world.readBack(true);
    const question = ask(world, past);
    await settled();
    expect(question).toEqual({ answer: true, at: 0 });
  });

  it.each([
    ['at once', 0, 200],
    ['after a second', 1_000, 1_300],
    ['after five', 5_000, 6_100],
    ['at the last moment', SETTLE_MS - 1, SETTLE_MS],
  ])('is known soon after its end appears: %s', async (_name, at, soon) => {
    for (const [output, written] of [[OUTCOMES, outcome()] as const, [LETTERS, deadLetter()] as const]) {
      const { world, past, clock, reader } = await inDoubt();
      const question = ask(world, past);
      await clock.elapse(at);
      expect(question).toEqual({});
      reader.append(output, written);
      await clock.elapse(SETTLE_MS);
      expect(question.answer).toBe(true);
      expect(question.at).toBeLessThanOrEqual(soon);
      expect(past.hasEnded(0, CALL)).toBe(true);
    }
  });

  it('has not ended when the time to settle has passed, and not a moment before', async () => {
    const { world, past, clock, reader } = await inDoubt();
    const question = ask(world, past);
    reader.append(OUTCOMES, outcome({ offset: 1 }));
    await clock.elapse(SETTLE_MS - 1);
    expect(question).toEqual({});
    await clock.elapse(1);
    expect(question).toEqual({ answer: false, at: SETTLE_MS });
    const reads = reader.reads.length;
    await clock.elapse(60_000);
    expect([reader.reads.length, clock.pending]).toEqual([reads, 0]);
  });

  it('is answered at once when it is asked for after that', async () => {
    const { world, past, clock, reader } = await inDoubt();
    reader.append(LETTERS, deadLetter());
    await clock.elapse(SETTLE_MS);
    const questions = [ask(world, past), ask(world, past, never(), 1)];
    await settled();
    expect(questions).toEqual([
      { answer: true, at: SETTLE_MS },
      { answer: false, at: SETTLE_MS },
    ]);
  });

  it('is answered at once where no earlier owner can be writing any more', async () => {
    const world = openOutcomeLog();
    const { readBack: past } = await world.readBack(false);
    const question = ask(world, past);
    await settled();
    expect([question, world.clock.pending]).toEqual([{ answer: false, at: 0 }, 0]);
  });

  it('is not given up while the outputs cannot be read', async () => {
    const { world, past, clock, reader } = await inDoubt();
    const question = ask(world, past);
    reader.trouble = new Error('no broker');
    await clock.elapse(SETTLE_MS * 3);
    expect([question, world.failures.length > 0]).toEqual([{}, true]);
    reader.trouble = undefined;
    await clock.elapse(200);
    expect(question).toEqual({ answer: false, at: SETTLE_MS * 3 + 200 });
  });

  it('is found when its end appeared while the outputs could not be read', async () => {
    const { world, past, clock, reader } = await inDoubt();
    const question = ask(world, past);
    reader.trouble = new Error('no broker');
    await clock.elapse(SETTLE_MS - 1);
    reader.append(OUTCOMES, outcome());
    await clock.elapse(1);
    expect(question).toEqual({});
    reader.trouble = undefined;
    await clock.elapse(200);
    expect(question).toEqual({ answer: true, at: SETTLE_MS + 200 });
  });

  it('is not given up by a clock that was late: the end is looked at after the time, not before', async () => {
    const { world, past, clock, reader } = await inDoubt();
    const question = ask(world, past);
    clock.lag(SETTLE_MS * 2);
    reader.append(OUTCOMES, outcome());
    await clock.elapse(0);
    expect(question.answer).toBe(true);
  });

  it('is left alone when its signal aborts, and the others are not', async () => {
    const { world, past, clock } = await inDoubt();
    const lost = new AbortController();
    const [left, other] = [ask(world, past, lost.signal), ask(world, past)];
    await clock.elapse(500);
    lost.abort('lost');
    await settled();
    expect([left, other]).toEqual([{ answer: 'lost', at: 500 }, {}]);
    const late = ask(world, past, lost.signal);
    await settled();
    expect(late).toEqual({ answer: 'lost', at: 500 });
    await clock.elapse(SETTLE_MS);
    expect(other.answer).toBe(false);
  });

  it('leaves nothing behind at its signal, which thousands share', async () => {
    const { world, past, clock, reader } = await inDoubt();
    const signal = never();
    ask(world, past, signal);
    ask(world, past, signal, 1);
    // One listener for all: a signal looks through its listeners whenever one is added or taken away.
    expect([waitingFor(signal), getEventListeners(signal, 'abort').length]).toEqual([2, 1]);
    reader.append(OUTCOMES, outcome());
    await clock.elapse(SETTLE_MS);
    expect([waitingFor(signal), getEventListeners(signal, 'abort').length]).toEqual([0, 1]);
  });

  it('is followed no longer when the process stops', async () => {
    const { world, clock, reader } = await inDoubt();
    await clock.elapse(1_000);
    const reads = reader.reads.length;
    world.closing.abort(new Error('closed'));
    await clock.elapse(60_000);
    expect([reader.reads.length, clock.pending, world.failures]).toEqual([reads, 0, []]);
  });
});

describe('whatever an earlier owner and the broker do', () => {
  const ms = fc.nat(SETTLE_MS * 2);
  const call = fc.record({ offset: fc.nat(2), callIndex: fc.nat(1) });
  const history = fc.record({
    asked: fc.array(fc.record({ at: ms, call }), { minLength: 1, maxLength: 6 }),
    written: fc.array(fc.record({ at: ms, call, isLetter: fc.boolean(), hasId: fc.boolean() }), { maxLength: 6 }),
    outages: fc.array(fc.record({ at: ms, length: fc.nat(4_000) }), { maxLength: 3 }),
  });

  it('a call has ended exactly if its end was there when the outputs were read after the time to settle', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ asked, written, outages }) => {
        const { world, past, clock, reader } = await inDoubt();
        const isDown = (at: number) => outages.some((outage) => at >= outage.at && at < outage.at + outage.length);
        const toggle = () => {
          reader.trouble = isDown(clock.now()) ? new Error('no broker') : undefined;
        };
        for (const { at, length } of outages) for (const edge of [at, at + length]) clock.after(edge, toggle);
        for (const { at, call, isLetter, hasId } of written) {
          const letter = () => reader.append(LETTERS, deadLetter(hasId ? call : { ...call, id: undefined }));
          clock.after(at, isLetter ? letter : () => reader.append(OUTCOMES, outcome(call)));
        }
        const questions: ReturnType<typeof ask>[] = [];
        for (const [n, { at, call }] of asked.entries()) {
          const name = callName(call.callIndex, 'call-1');
          clock.after(at, () => {
            questions[n] = ask(world, past, never(), call.offset, name);
          });
        }
        await clock.elapse(SETTLE_MS * 5);
        for (const [n, { at: askedAt, call }] of asked.entries()) {
          const { answer, at = Number.NaN } = questions[n] ?? {};
          const ends = written.filter(
            (one) => one.call.offset === call.offset && one.call.callIndex === call.callIndex && one.at < at,
          );
          if (answer === true) expect(ends).not.toEqual([]);
          else {
            expect([answer, at >= SETTLE_MS]).toEqual([false, true]);
            // Who asks later than the last look at the outputs is told what was seen then.
            const lastLook = askedAt < SETTLE_MS ? at : SETTLE_MS;
            expect(ends.filter((end) => end.at < lastLook)).toEqual([]);
            if (askedAt < SETTLE_MS) expect(isDown(at)).toBe(false);
          }
        }
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
