/**
 * CSV to records (RFC 4180). An own reader because the libraries set up a parser per call: csv-parse takes 21 µs for a
 * line of 18 columns, this one about one. Pure.
 */
import { type Decoded, undecodable } from '../decoded.ts';
import { decodeLenient } from './text.ts';

/** The columns of a line, by their number. */
export type CsvColumns = ReadonlyMap<number, readonly string[]>;

/** How the CSV values of a source are written. */
export interface CsvLayout {
  /** What stands between fields: one character. */
  readonly delimiter: string;
  /** `header`: the first line of each value names them, and every further line is a record. */
  readonly columns: CsvColumns | 'header';
  /** A line may have more columns than the longest layout that fits; those are ignored. Default false. */
  readonly more?: boolean;
}

/** Rows of one value; each gives a call or more. */
const MOST_ROWS = 10_000;

/** One CSV record, with or without a line end behind it; with a header line a list of records, which may be empty. */
export function decodeCsv(bytes: Uint8Array, { columns, delimiter, more = false }: CsvLayout): Decoded {
  const text = decodeLenient(bytes);
  return columns === 'header' ? decodeFile(text, delimiter) : decodeLine(text, columns, delimiter, more);
}

function decodeLine(text: string, layouts: CsvColumns, delimiter: string, more: boolean): Decoded {
  const fields = parseCsvLine(text, delimiter);
  if (typeof fields === 'string') return undecodable(fields);
  const columns = layouts.get(more ? longestWithin(layouts, fields.length) : fields.length);
  if (columns === undefined) {
    const known = [...layouts.keys()].sort((left, right) => left - right).join(', ');
    return undecodable(`the line has ${fields.length} columns; the mapping knows ${known || 'no CSV columns'}`);
  }
  const record: Record<string, string> = {};
  // Column names are checked by the mapping document, so `__proto__` is none of them.
  for (const [index, column] of columns.entries()) record[column] = fields[index] ?? '';
  return { kind: 'record', record, format: 'csv' };
}

function longestWithin(layouts: CsvColumns, length: number): number {
  return Math.max(0, ...layouts.keys().filter((count) => count <= length));
}

function decodeFile(text: string, delimiter: string): Decoded {
  const rows = parseCsvFile(text, delimiter);
  if (typeof rows === 'string') return undecodable(rows);
  const [header, ...others] = rows;
  if (header === undefined) return undecodable('the value is empty');
  const names = header.map((name) => name.trim());
  const bad = names.findIndex((name, index) => name === '' || names.indexOf(name) !== index);
  if (bad >= 0) return undecodable(`column ${bad + 1} of the header line has no name, or that of another column`);
  const odd = others.findIndex(({ length }) => length !== names.length);
  if (odd >= 0)
    return undecodable(`row ${odd + 2} has ${others[odd]?.length} columns; the header line has ${names.length}`);
  // Defines properties, so that a column `__proto__` is one like any other.
  const record = others.map((fields) => Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ''])));
  return { kind: 'record', record, format: 'csv' };
}

/** The rows of a file, without lines that are empty; or a sentence that says why it is none. */
function parseCsvFile(text: string, delimiter: string): string[][] | string {
  const rows: string[][] = [];
  for (let at = 0; ; ) {
    while (isLineBreak(text[at])) at += 1;
    if (at === text.length) return rows;
    if (rows.length > MOST_ROWS) return `the value has more than ${MOST_ROWS} rows`;
    const row = readRow(text, at, delimiter);
    if (typeof row === 'string') return `row ${rows.length + 1}: ${row}`;
    rows.push(row.fields);
    at = row.end;
  }
}

const SEVERAL = 'the value holds several lines; one record per value is expected';

/** The fields of one CSV record, or a sentence that says why it is none. Blanks belong to the field. */
export function parseCsvLine(text: string, delimiter: string): string[] | string {
  const line = text.slice(0, contentEnd(text));
  if (line === '') return 'the value is empty';
  if (!line.includes('"')) return /[\r\n]/.test(line) ? SEVERAL : line.split(delimiter);
  const row = readRow(line, 0, delimiter);
  if (typeof row === 'string') return row;
  return row.end < line.length ? SEVERAL : row.fields;
}

/** The record that begins there, and where its line ends; or why it is none. */
function readRow(text: string, from: number, delimiter: string): { fields: string[]; end: number } | string {
  const fields: string[] = [];
  for (let at = from; ; at += 1) {
    if (text[at] === '"') {
      const close = closingQuote(text, at + 1);
      if (close < 0) return 'a quoted field does not end';
      const inner = text.slice(at + 1, close);
      fields.push(inner.includes('"') ? inner.replaceAll('""', '"') : inner);
      at = close + 1;
    } else {
      const end = fieldEnd(text, at, delimiter);
      const field = text.slice(at, end);
      if (field.includes('"')) return 'a quote stands inside an unquoted field';
      fields.push(field);
      at = end;
    }
    if (at === text.length || isLineBreak(text[at])) return { fields, end: at };
    if (text[at] !== delimiter) return 'text follows a closing quote';
  }
}

/** Where the record ends: before the line end that a line of a file carries along. */
function contentEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isLineBreak(text[end - 1])) end -= 1;
  return end;
}

function isLineBreak(char: string | undefined): boolean {
  return char === '\n' || char === '\r';
}

/** The next quote that is not doubled; -1 when there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** Where an unquoted field ends: at a delimiter, a line break or the end of the line. */
function fieldEnd(line: string, from: number, delimiter: string): number {
  for (let at = from; at < line.length; at += 1) {
    const char = line[at];
    if (char === delimiter || isLineBreak(char)) return at;
  }
  return line.length;
}
