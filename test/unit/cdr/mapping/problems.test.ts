import { describe, expect, it } from 'vitest';
import { mappingDocument } from '../../../../src/cdr/mapping/document.ts';
import { Problems } from '../../../../src/cdr/mapping/problems.ts';

const DOCUMENT = {
  name: 'test',
  version: 1,
  call: {
    externalCallId: 'id',
    direction: 'direction',
    status: 'status',
    from: { number: 'from' },
    to: { number: 'to' },
  },
};

/** The lines that are said of a document. */
function problemsOf(document: unknown): string[] {
  const problems = new Problems();
  problems.addIssues(mappingDocument.safeParse(document).error?.issues ?? []);
  try {
    problems.throwIfAny('test');
    return [];
  } catch (error) {
    return String(error)
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

describe('Problems', () => {
  it('has none for a correct document', () => {
    expect(problemsOf(DOCUMENT)).toEqual([]);
  });

  it('names the place of each', () => {
    expect(problemsOf({ ...DOCUMENT, name: 'X', extra: 1, call: { ...DOCUMENT.call, from: {} } })).toEqual([
      'name: small letters, digits and -',
      'call.from.number: a value rule, or a list of some',
      '(top): Unrecognized key: "extra"',
    ]);
  });

  it.each([
    [
      { table: { a: 'b' }, off: 'x' },
      ['call.status.of: a path, or an object with one of', 'call.status: Unrecognized key: "off"'],
    ],
    [{ first: ['a', { join: ['b', 5] }] }, ['call.status.first[1].join[1]: a path, or an object with one of']],
    [{ pth: 'a' }, ['call.status: a path, or an object with one of']],
    ['a..b', ['call.status: a path: keys with one dot between them']],
  ])('in %j finds the form that was meant', (status, expected) => {
    const found = problemsOf({ ...DOCUMENT, call: { ...DOCUMENT.call, status } });
    expect(found).toEqual(expected.map((start) => expect.stringContaining(start)));
  });
});
