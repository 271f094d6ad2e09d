import { describe, expect, it } from 'vitest';
import { showPlace } from '../../../../src/cdr/mapping/problems.ts';
import type { RuleTrace } from '../../../../src/cdr/mapping/trace.ts';
import { tracedCondition, tracedValue } from '../../../../src/cdr/mapping/trace.ts';
import { compile } from '../../../support/mapping.ts';

const DOCUMENT = {
  name: 'small',
  version: 1,
  skip: [{ reason: 'not-voice', when: { value: 'kind', is: 'chat' } }],
  call: {
    externalCallId: { first: ['a', 'b'] },
    direction: { constant: 'inbound' },
    status: 'status',
    from: { number: 'from' },
    to: { number: ['to', 'did'] },
  },
};

function collect() {
  const lines: string[] = [];
  const trace: RuleTrace = {
    compiled: (place) => void lines.push(`rule ${showPlace(place)}`),
    begin: () => void lines.push('call'),
    gave: (place, result) => void lines.push(`${showPlace(place)} ${JSON.stringify(result)}`),
  };
  return { lines, trace };
}

describe('a trace', () => {
  it('is told of every rule, and of what each gives, the inner one first', () => {
    const { lines, trace } = collect();
    const mapping = compile(DOCUMENT, { trace });
    expect(lines).toEqual(
      expect.arrayContaining(['rule skip[0].when', 'rule call.externalCallId.first[1]', 'rule call.to.number[1]']),
    );
    lines.length = 0;
    mapping.map({ b: 'id', status: 'BUSY', from: '+41315550179', to: '+41315550100' }, { recordTime: 0 });
    expect(lines.slice(0, 3)).toEqual(['call', 'skip[0].when.value undefined', 'skip[0].when false']);
    expect(lines.filter((line) => line.startsWith('call.externalCallId'))).toEqual([
      'call.externalCallId.first[0] undefined',
      'call.externalCallId.first[1] "id"',
      'call.externalCallId "id"',
    ]);
  });

  it('changes nothing of what is mapped', () => {
    const record = { a: 'id', status: 'BUSY', from: '+41315550179', to: '+41315550100' };
    const traced = compile(DOCUMENT, { trace: collect().trace });
    expect(traced.map(record, { recordTime: 0 })).toEqual(compile(DOCUMENT).map(record, { recordTime: 0 }));
  });

  it('costs nothing where there is none', () => {
    const read = () => 1;
    const holds = () => true;
    expect(tracedValue(read, ['x'], undefined)).toBe(read);
    expect(tracedCondition(holds, ['x'], undefined)).toBe(holds);
  });
});
