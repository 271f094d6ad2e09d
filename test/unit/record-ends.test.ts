import { describe, expect, it } from 'vitest';
import type { Decoded } from '../../src/cdr/decoded.ts';
import { crashed, isPublishedSkip, readRecord } from '../../src/record-ends.ts';
import type { SourceStages } from '../../src/source-stages.ts';
import { trialRecord } from '../support/trial-record.ts';

const PORTAL = { name: 'main' };
const RECORD: Decoded = { kind: 'record', record: {}, format: 'json' };

function read(decode: () => Decoded, map: SourceStages<typeof PORTAL>['map'] = () => []) {
  const stages = { decode, map, mapping: { name: 'm', version: '1' }, portal: () => PORTAL };
  return readRecord(stages, trialRecord(null));
}
const crash = () => {
  throw new Error('no call of +41315550179');
};

describe('what a record becomes', () => {
  it('is what its mapping makes of it', () => {
    const end = { portal: undefined, mapped: { kind: 'skip', reason: 'not-voice' } } as const;
    expect(
      read(
        () => RECORD,
        () => [end],
      ),
    ).toEqual({ kind: 'ends', ends: [end], stage: 'map' });
  });

  it('waits for its schema', () => {
    expect(read(() => ({ kind: 'schema-needed', id: 3 }))).toEqual({ kind: 'schema-needed', id: 3 });
  });

  it('is a skip where there is no value', () => {
    expect(read(() => ({ kind: 'tombstone' }))).toMatchObject({ ends: [{ mapped: { reason: 'tombstone' } }] });
  });

  it('belongs to its portal where it cannot be decoded', () => {
    const failure = { kind: 'failure', code: 'undecodable', message: 'cut off' } as const;
    const ends = [{ portal: PORTAL, mapped: failure }];
    expect(read(() => failure)).toEqual({ kind: 'ends', ends, stage: 'decode' });
  });

  it.each([
    ['decoding', () => read(crash)],
    ['mapping', () => read(() => RECORD, crash)],
  ])('is buried when %s throws, without the number in the message', (_, act) => {
    const mapped = { kind: 'failure', code: 'mapping-crashed', message: 'no call of +413******79' };
    expect(act()).toMatchObject({ ends: [{ portal: PORTAL, mapped }] });
  });
});

describe('a skip', () => {
  it('is published where someone waits for an answer', () => {
    const reasons = ['withheld', 'not-inbound', 'filtered', 'duplicate', 'revision'] as const;
    expect(reasons.filter(isPublishedSkip)).toEqual(['withheld', 'filtered', 'revision']);
  });
});

describe('a crash', () => {
  it('keeps its cause', () => {
    const cause = new Error('x');
    expect(crashed(cause)).toMatchObject({ code: 'mapping-crashed', cause });
  });
});
