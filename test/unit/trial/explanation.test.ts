import { describe, expect, it } from 'vitest';
import { createExplainer, explain, isInside, ruleName } from '../../../src/trial/explanation.ts';
import { createTrial } from '../../../src/trial/trial.ts';
import { trialConfig } from '../../../src/trial/trial-config.ts';
import { NO_SCHEMAS, trialRecord } from '../../support/trial-record.ts';

const RECORD = { id: 'c1', direction: 'in', from: '+41315550179', to: '+41315550100', status: 'ok', talkSeconds: 4 };

/** The rules behind the end of a record, each with what it gave. */
async function rulesOf(changes: object) {
  const explainer = createExplainer();
  const trial = await createTrial(trialConfig({ source: {} }), NO_SCHEMAS, explainer.trace);
  const [end] = await trial.take(trialRecord({ ...RECORD, ...changes }));
  const [told] = explainer.take();
  if (end === undefined || told === undefined) throw new Error('no end');
  return explain(end.end, told).map((one) => [ruleName(one), one.result]);
}

describe('the explanation', () => {
  it('has nothing of a record that is only a part of a call', () => {
    const { trace, take } = createExplainer();
    trace.begin();
    trace.gave(['fold', 'by'], 'a');
    trace.begin();
    trace.gave(['call', 'externalCallId'], 'a');
    expect(take()).toEqual([[{ place: ['call', 'externalCallId'], result: 'a' }]]);
  });

  it('of a call has every rule that gave something, and none that only passes it on', async () => {
    expect(await rulesOf({})).toEqual(
      expect.arrayContaining([
        ['call.externalCallId', 'c1'],
        ['call.direction.first[0].of', 'in'],
        ['call.direction.first[0]', 'inbound'],
        ['call.from.number', '+41315550179'],
        ['call.talkSeconds.duration', 4],
      ]),
    );
    const names = (await rulesOf({})).map(([name]) => name);
    expect(names).not.toContain('call.direction');
    expect(names).not.toContain('call.agent');
  });

  it('of a skip is the rule that says so', async () => {
    expect(await rulesOf({ parentId: 'p' })).toEqual([
      ['skip[0].when.filled', 'p'],
      ['skip[0].when', true],
    ]);
  });

  it('of what is no call record is the requirement', async () => {
    expect(await rulesOf({ to: undefined })).toEqual([
      ['requires[1].exists', undefined],
      ['requires[1]', false],
    ]);
  });

  it.each([
    [{ direction: 'out' }, 'call.direction'],
    [{ from: 'anonymous' }, 'call.from'],
    [{ talkSeconds: 'long' }, 'call.talkSeconds'],
    [{ to: 'nobody' }, 'call.to'],
  ])('of %j has the rules of its field', async (changes, field) => {
    const names = (await rulesOf(changes)).map(([name]) => String(name));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !name.startsWith(field))).toEqual([]);
  });
});

it('a rule is inside another by its place', () => {
  expect(isInside(['call', 'to', 'number', 1], ['call', 'to'])).toBe(true);
  expect(isInside(['call', 'to'], ['call', 'to'])).toBe(false);
  expect(isInside(['call', 'from', 'number'], ['call', 'to'])).toBe(false);
});

it('an explainer tells call by call, and once', () => {
  const { trace, take } = createExplainer();
  trace.begin();
  trace.gave(['a'], 1);
  trace.begin();
  expect(take()).toEqual([[{ place: ['a'], result: 1 }], []]);
  expect(take()).toEqual([]);
});
