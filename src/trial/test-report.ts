/** What the tests of mappings tell, case by case, and their sum. Pure. */
import { maskNumbersIn } from '../cdr/masked-text.ts';
import type { Coverage } from './coverage.ts';
import type { Difference } from './difference.ts';
import type { Paint } from './report.ts';

export interface CaseResult {
  /** Path of the test file. */
  readonly file: string;
  readonly name: string;
  /** Empty where everything is as expected. */
  readonly differences: readonly Difference[];
}

const INDENT = ' '.repeat(10);

/** One line, and below it one for each difference. */
export function caseText({ name, differences }: CaseResult, reveal: boolean, paint: Paint): string {
  if (differences.length === 0) return `  ${paint('green', 'ok')}      ${name}`;
  const lines = differences.map((difference) => differenceText(difference, reveal).replaceAll(/^/gm, INDENT));
  return [`  ${paint('red', 'not ok')}  ${name}`, ...lines].join('\n');
}

function differenceText(difference: Difference, reveal: boolean): string {
  const { path, expected, got } = reveal ? difference : masked(difference);
  const isHidden = expected === got ? '; they differ where they are masked, see --reveal' : '';
  return `${path}: expected ${expected}, got ${got}${isHidden}`;
}

export function caseJson({ file, name, differences }: CaseResult, reveal: boolean): object {
  const shown = reveal ? differences : differences.map(masked);
  return { file, case: name, ok: differences.length === 0, differences: shown };
}

/** Times stay: where they differ, their digits are what one wants to see. */
const TIME = /^"?\d{4}-\d\d-\d\dT[\d:.]+Z?"?$/;
const COUNT = /^\d+$/;

function masked({ path, expected, got }: Difference): Difference {
  const mask = (text: string) => (TIME.test(text) || COUNT.test(text) ? text : maskNumbersIn(text));
  return { path, expected: mask(expected), got: mask(got) };
}

/** `12 cases: 11 ok, 1 not ok` */
export function sumText(results: readonly CaseResult[]): string {
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  const cases = `${results.length} ${results.length === 1 ? 'case' : 'cases'}`;
  return `${cases}: ${results.length - failed} ok${failed === 0 ? '' : `, ${failed} not ok`}`;
}

/** The rules that gave something in no case, one a line. */
export function coverageText({ unused, size }: Coverage): string {
  const places = unused();
  if (places.length === 0) return `  all ${size} rules gave something, or held, in some case`;
  return [
    `  of ${size} rules these gave nothing, or never held, in all cases:`,
    ...places.map((place) => INDENT + place),
  ].join('\n');
}

export function coverageJson(file: string, { unused, size }: Coverage): object {
  return { file, rules: size, unused: unused() };
}
