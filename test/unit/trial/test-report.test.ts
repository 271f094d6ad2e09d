import { describe, expect, it } from 'vitest';
import { caseJson, caseText, coverageJson, coverageText, sumText } from '../../../src/trial/test-report.ts';

const plain = (_: unknown, text: string) => text;
const OK = { file: 'a.test.yaml', name: 'answered', differences: [] };
const NOT_OK = {
  file: 'a.test.yaml',
  name: 'busy',
  differences: [
    { path: 'end 1, call.status', expected: '"BUSY"', got: '"FAILED"' },
    { path: 'end 1, call.from.e164', expected: '"+41315550179"', got: '"+41315550279"' },
    { path: 'end 1, call.startedAt', expected: '"2026-01-15T09:30:00Z"', got: '1768469400001' },
    { path: 'run', expected: 'ends', got: 'two\nlines' },
  ],
};

describe('the result of a case', () => {
  it('is a line where all is as expected', () => {
    expect(caseText(OK, false, plain)).toBe('  ok      answered');
  });

  it('tells what differs, with the numbers masked', () => {
    expect(caseText(NOT_OK, false, plain).split('\n')).toEqual([
      '  not ok  busy',
      '          end 1, call.status: expected "BUSY", got "FAILED"',
      '          end 1, call.from.e164: expected "+413******79", got "+413******79"; they differ where they are masked, see --reveal',
      '          end 1, call.startedAt: expected "2026-01-15T09:30:00Z", got 1768469400001',
      '          run: expected ends, got two',
      '          lines',
    ]);
    expect(caseText(NOT_OK, true, plain)).toContain('expected "+41315550179", got "+41315550279"\n');
  });

  it('is one object for programs', () => {
    expect(caseJson(OK, false)).toEqual({ file: 'a.test.yaml', case: 'answered', ok: true, differences: [] });
    expect(JSON.stringify(caseJson(NOT_OK, false))).not.toContain('555');
    expect(caseJson(NOT_OK, true)).toMatchObject({ ok: false, differences: NOT_OK.differences });
  });
});

it('the sum counts what failed', () => {
  expect(sumText([OK])).toBe('1 case: 1 ok');
  expect(sumText([OK, NOT_OK])).toBe('2 cases: 1 ok, 1 not ok');
});

it('the coverage names the rules that no case needed', () => {
  const coverage = { trace: { compiled() {}, begin() {}, gave() {} }, unused: () => ['skip[0].when'], size: 3 };
  expect(coverageText(coverage)).toBe(
    '  of 3 rules these gave nothing, or never held, in all cases:\n          skip[0].when',
  );
  expect(coverageText({ ...coverage, unused: () => [] })).toBe('  all 3 rules gave something, or held, in some case');
  expect(coverageJson('a.test.yaml', coverage)).toEqual({ file: 'a.test.yaml', rules: 3, unused: ['skip[0].when'] });
});
