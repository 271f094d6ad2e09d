import { describe, expect, it } from 'vitest';
import { mappingDocument } from '../../../../src/cdr/mapping/document.ts';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';
import { compileVerdict } from '../../../../src/cdr/mapping/verdict.ts';

const mapping = mappingDocument.parse({
  name: 'test',
  version: 1,
  requires: [{ any: [{ exists: 'id' }, { filled: 'deleted' }] }, { value: 'kind', is: ['call', 'chat'] }],
  skip: [
    { reason: 'not-voice', when: { value: 'kind', is: 'chat' } },
    { reason: 'child-leg', when: { filled: 'parent' } },
  ],
  call: { externalCallId: 'id', direction: 'x', status: 'y', from: { number: 'a' }, to: { number: 'b' } },
});
const columns = new Map([
  [2, ['id', 'kind']],
  [3, ['id', 'kind', 'parent']],
]);
const compiled = compileVerdict(
  mapping,
  { delimiter: ',', columns },
  { problems: new Problems(), parameters: new Map() },
);
const verdict = (record: object) => compiled(record, { whole: record, recordTime: 0 });

describe('compileVerdict', () => {
  it('says nothing of a call record', () => {
    expect(verdict({ id: 1, kind: 'Call' })).toBeUndefined();
  });

  it('says what a record lacks', () => {
    expect(verdict({ kind: 'call' })).toMatchObject({
      kind: 'failure',
      code: 'no-call-record',
      message: 'the record has no field id (requires[0] of the mapping test)',
    });
    expect(verdict({ id: 1, kind: 'event' })).toMatchObject({ message: expect.stringContaining('requires[1]') });
  });

  it('gives the first reason to skip it', () => {
    expect(verdict({ id: 1, kind: 'chat', parent: 'p' })).toEqual({ kind: 'skip', reason: 'not-voice' });
    expect(verdict({ id: 1, kind: 'call', parent: 'p' })).toEqual({ kind: 'skip', reason: 'child-leg' });
  });

  it('filters the header line of a file', () => {
    expect(verdict({ id: 'id', kind: 'kind' })).toEqual({ kind: 'skip', reason: 'filtered' });
    expect(verdict({ id: 'ID ', kind: 'Kind', parent: 'Parent' })).toEqual({ kind: 'skip', reason: 'filtered' });
    expect(verdict({ id: 'id', kind: 'call' })).toBeUndefined();
  });
});
