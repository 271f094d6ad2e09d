import { describe, expect, it } from 'vitest';
import { endJson, endText, explanationJson, explanationText, Sum } from '../../../src/trial/report.ts';
import { openTrial, trialRecord } from '../../support/trial-record.ts';

const RECORD = { id: 'call-1', direction: 'inbound', from: '+41315550179', to: '+41315550100', status: 'BUSY' };
const HIDDEN = { place: 'a.json:3', reveal: false };
const plain = (_: unknown, text: string) => text;

async function endOf(value: string | object) {
  const [end] = await (await openTrial()).take(trialRecord(value));
  if (end === undefined) throw new Error('no end');
  return end;
}

describe('the end of a call', () => {
  it('is the payload for people, with its numbers masked', async () => {
    const text = endText(await endOf(RECORD), HIDDEN, plain);
    expect(text).toMatch(/^a\.json:3: submitted\n {2}\{\n {4}"createEngagement": true,\n/);
    expect(text).toContain('"e164Number": "+413******79"');
    expect(text).not.toContain('5550179');
  });

  it('shows numbers where one wants to see them', async () => {
    expect(endText(await endOf(RECORD), { ...HIDDEN, reveal: true }, plain)).toContain('+41315550179');
  });

  it.each([
    [{ ...RECORD, from: 'anonymous' }, 'a.json:3: skipped: withheld, which is published'],
    [{ ...RECORD, direction: 'outbound' }, 'a.json:3: skipped: not-inbound'],
    ['{', 'a.json:3: buried: undecodable, the value is no JSON, or is cut off'],
  ])('is the reason where nothing is sent (%j)', async (value, text) => {
    expect(endText(await endOf(value), HIDDEN, plain)).toBe(text);
  });

  it('is one object for programs', async () => {
    const json = endJson(await endOf(RECORD), HIDDEN);
    expect(json).toMatchObject({
      place: 'a.json:3',
      callIndex: 0,
      end: 'enriched',
      portal: 'main',
      call: { from: { e164: '+413******79' } },
      payload: { finalCallStatus: 'BUSY' },
      outcome: { matchKind: 'none' },
    });
    expect(JSON.stringify(json)).not.toContain('5550179');
  });
});

it('the sum counts records and ends', async () => {
  const sum = new Sum();
  expect(sum.text()).toBe('0 records: nothing');
  sum.addRecord();
  for (const value of [RECORD, RECORD, '{']) sum.add((await endOf(value)).end);
  expect(sum.text()).toBe('1 record: 2 submitted, 1 buried: undecodable');
});

describe('an explanation', () => {
  const rules = [
    { place: ['call', 'from', 'number', 1], result: '+41315550179' },
    { place: ['skip', 0, 'when'], result: true },
    { place: ['requires', 0], result: false },
  ];

  it('has a line for every rule', () => {
    expect(explanationText(rules, HIDDEN, plain).split('\n')).toEqual([
      '  call.from.number[1]  "+413******79"',
      '  skip[0].when         holds',
      '  requires[0]          does not hold',
    ]);
  });

  it('is a list for programs', () => {
    expect(explanationJson(rules.slice(0, 1), HIDDEN)).toEqual([
      { rule: 'call.from.number[1]', gave: '"+413******79"' },
    ]);
  });
});
