/**
 * A text of records to the Kafka values it stands for. Pure. What people have at hand is one record, pretty-printed; a
 * list of some; or one record a line.
 */

export interface InputValue {
  readonly value: Buffer;
  /** Line on which it begins, from 1; undefined where the input has no lines. */
  readonly line?: number;
}

/**
 * How the input is divided: `lines`, one record a line, blank ones left out; `whole`, it is one record; `auto` goes by
 * what it looks like; `auto-table` likewise, but rows of CSV are one record, because their first line names the columns.
 */
export type Division = 'auto' | 'auto-table' | 'lines' | 'whole';

const LINE_FEED = 0x0a;
const QUOTE = '"';

export function divide(input: Buffer, division: Division): readonly InputValue[] {
  if (division === 'whole') return [{ value: input, line: 1 }];
  if (division === 'lines') return linesOf(input);
  // A value with a schema id in front; a text has no zero bytes.
  if (input[0] === 0) return [{ value: input }];
  const text = input.toString('utf8').replace(/^\uFEFF/, '');
  if (/^\s*[[{]/.test(text)) return json(input, text);
  return division === 'auto-table' ? [{ value: input, line: 1 }] : rows(linesOf(input));
}

function json(input: Buffer, text: string): readonly InputValue[] {
  const parsed = parseJson(text);
  if (Array.isArray(parsed)) return parsed.map((item) => ({ value: Buffer.from(JSON.stringify(item)) }));
  if (parsed !== undefined) return [{ value: input, line: 1 }];
  const lines = linesOf(input);
  const beginning = lines.filter(({ value }) => value.toString('latin1').startsWith('{'));
  // Of objects over several lines, only their first lines begin so.
  return beginning.length * 2 > lines.length ? lines : objects(lines);
}

/** Objects over several lines, one after the other: each ends before a line that begins the next one. */
function objects(lines: readonly InputValue[]): readonly InputValue[] {
  return joined(lines, (_, next) => !next.toString('latin1').startsWith('{'));
}

/** Rows of CSV: a line break in quotes is a part of its field. Where quotes never close, lines stay lines. */
function rows(lines: readonly InputValue[]): readonly InputValue[] {
  const found = joined(lines, (row) => hasOpenQuote(row));
  return found.some(({ value }) => hasOpenQuote(value)) ? lines : found;
}

function hasOpenQuote(row: Buffer): boolean {
  return row.toString('latin1').split(QUOTE).length % 2 === 0;
}

/** Lines put together as long as one goes on in the next. */
function joined(lines: readonly InputValue[], goesOn: (value: Buffer, next: Buffer) => boolean): readonly InputValue[] {
  const values: InputValue[] = [];
  for (const line of lines) {
    const last = values.at(-1);
    if (last === undefined || !goesOn(last.value, line.value)) values.push(line);
    else values[values.length - 1] = { ...last, value: Buffer.concat([last.value, Buffer.from('\n'), line.value]) };
  }
  return values;
}

/** Without their ends, and without blank ones. By bytes: the input may be in any character set. */
function linesOf(input: Buffer): readonly InputValue[] {
  const lines: InputValue[] = [];
  for (let start = 0, line = 1; start < input.length; line += 1) {
    const feed = input.indexOf(LINE_FEED, start);
    const end = feed < 0 ? input.length : feed;
    const value = input.subarray(start, input[end - 1] === 0x0d && end > start ? end - 1 : end);
    if (value.toString('latin1').trim() !== '') lines.push({ value, line });
    start = end + 1;
  }
  return lines;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
