/** The judge on made-up evidence: it must catch every lie. */
import { describe, expect, it } from 'vitest';
import { type Evidence, judge } from '../../chaos/judge.ts';
import { type End, Ledger } from '../../chaos/ledger.ts';

const CALLS = ['a', 'b', 'c'];

function end(call: string, changes: Partial<End> = {}): End {
  return {
    kind: 'outcome',
    of: { partition: 0, offset: CALLS.indexOf(call) },
    callIndex: 0,
    externalCallId: call,
    engagementRequested: true,
    bytes: Buffer.from(`outcome of ${call}`),
    fields: { externalCallId: call },
    place: `enriched/0@${CALLS.indexOf(call)}`,
    ...changes,
  };
}

/** Three calls, each with an outcome and an engagement; `ends` are more of them. */
function ledgerOf(calls: readonly string[] = CALLS, ends: readonly End[] = []): Ledger {
  const ledger = new Ledger();
  for (const [offset, call] of CALLS.entries()) ledger.addRecord({ partition: 0, offset }, call);
  for (const call of calls) ledger.addEnd(end(call));
  for (const one of ends) ledger.addEnd(one);
  return ledger;
}

function verdictOn(changes: Partial<Evidence> = {}) {
  const verdict = judge({
    ledger: ledgerOf(),
    engagements: new Map(CALLS.map((call) => [call, 1])),
    passed: [],
    unreadable: [],
    uncommitted: 0,
    inDoubt: { mode: 'verify', most: 0 },
    ...changes,
  });
  const broken = verdict.findings.filter(({ broken }) => broken.length > 0);
  return { ...verdict, broken: Object.fromEntries(broken.map((finding) => [finding.name, finding.broken])) };
}

describe('judge', () => {
  it('finds nothing in a run that kept its promises', () => {
    const { broken, findings, repeated } = verdictOn();
    expect(broken).toEqual({});
    expect(findings.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(repeated).toBe(0);
  });

  it('finds a lost call', () => {
    expect(verdictOn({ ledger: ledgerOf(['a', 'c']) }).broken).toEqual({ lost: ['b (0@1) has no end'] });
  });

  it('lets a dead letter be an end, but not an outcome of another record', () => {
    const letter = end('b', { kind: 'dead-letter', engagementRequested: false, fields: { code: 'poison' } });
    expect(verdictOn({ ledger: ledgerOf(['a', 'c'], [letter]) }).broken).toEqual({});
    const elsewhere = end('b', { of: { partition: 1, offset: 1 } });
    expect(verdictOn({ ledger: ledgerOf(['a', 'c'], [elsewhere]) }).broken).toEqual({ lost: ['b (0@1) has no end'] });
  });

  it('counts an outcome that repeats byte for byte, and allows it', () => {
    const { repeated, broken } = verdictOn({ ledger: ledgerOf(CALLS, [end('b', { place: 'enriched/0@9' })]) });
    expect({ repeated, broken }).toEqual({ repeated: 1, broken: {} });
  });

  it('finds an outcome that repeats with other bytes, and tells the difference', () => {
    const repeat = end('b', {
      place: 'enriched/0@9',
      bytes: Buffer.from('something else'),
      fields: { externalCallId: 'b', verdict: 'verified' },
    });
    const { repeated, broken } = verdictOn({ ledger: ledgerOf(CALLS, [repeat]) });
    expect(repeated).toBe(1);
    expect(broken).toEqual({
      'repeated-otherwise': ['enriched/0@9 repeats enriched/0@1 (0@1) with another verdict'],
    });
  });

  it('finds a call that is enriched and buried', () => {
    const letter = end('b', { kind: 'dead-letter', place: 'dlq/0@0' });
    expect(Object.keys(verdictOn({ ledger: ledgerOf(CALLS, [letter]) }).broken)).toEqual(['repeated-otherwise']);
  });

  it('finds a second engagement', () => {
    const engagements = new Map([...CALLS.map((call) => [call, 1] as const), ['b', 3] as const]);
    const { broken, extraEngagements } = verdictOn({ engagements });
    expect(broken).toEqual({ twice: ['the CRM made 3 engagements of b'] });
    expect(extraEngagements).toBe(2);
  });

  it('allows with `resubmit` as many second engagements as were in doubt, and no more', () => {
    const engagements = new Map([...CALLS.map((call) => [call, 1] as const), ['b', 3] as const]);
    expect(verdictOn({ engagements, inDoubt: { mode: 'resubmit', most: 2 } }).broken).toEqual({});
    expect(verdictOn({ engagements, inDoubt: { mode: 'resubmit', most: 1 } }).broken).toEqual({
      twice: ['the CRM made 2 engagements too many, and only 1 calls were in doubt'],
    });
  });

  it('finds an outcome of a call that the CRM never saw', () => {
    const engagements = new Map([
      ['a', 1],
      ['b', 1],
    ]);
    expect(verdictOn({ engagements }).broken).toEqual({
      unlogged: ['enriched/0@2 says c was submitted, and the CRM has no engagement of it'],
    });
  });

  it('finds an output record that says nothing', () => {
    expect(verdictOn({ unreadable: ['enriched/0@3: cut'] }).broken).toEqual({ unreadable: ['enriched/0@3: cut'] });
  });

  it('finds a commit that passed a record, and records that are never committed', () => {
    const passed = [{ partition: 0, offset: 1 }];
    expect(verdictOn({ passed }).broken).toEqual({ 'commit-passed': ['0@1 was committed before it had an end'] });
    expect(Object.keys(verdictOn({ uncommitted: 4 }).broken)).toEqual(['uncommitted']);
  });
});
