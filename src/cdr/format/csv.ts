/**
 * A CSV line to a record (RFC 4180). An own reader because the libraries set up a parser per call: csv-parse takes
 * 21 µs for a line of 18 columns, this one about one. Pure.
 */
import { type Decoded, undecodable } from '../decoded.ts';
import { decodeLenient } from './text.ts';

/** The columns of a line, by their number. */
export type CsvColumns = ReadonlyMap<number, readonly string[]>;

/** One CSV record, with or without a line end behind it. Its columns are the mapping's of that number. */
export function decodeCsv(bytes: Uint8Array, layouts: CsvColumns): Decoded {
  const fields = parseCsvLine(decodeLenient(bytes));
  if (typeof fields === 'string') return undecodable(fields);
  const columns = layouts.get(fields.length);
  if (columns === undefined) {
    const known = [...layouts.keys()].sort((left, right) => left - right).join(', ');
    return undecodable(`the line has ${fields.length} columns; the mapping knows ${known || 'no CSV columns'}`);
  }
  const record: Record<string, string> = {};
  // Column names are checked by the mapping document, so `__proto__` is none of them.
  for (const [index, column] of columns.entries()) record[column] = fields[index] ?? '';
  return { kind: 'record', record, format: 'csv' };
}

const SEVERAL = 'the value holds several lines; one record per value is expected';

/** The fields of one CSV record, or a sentence that says why it is none. Blanks belong to the field. */
export function parseCsvLine(text: string): string[] | string {
  const line = text.slice(0, contentEnd(text));
  if (line === '') return 'the value is empty';
  if (!line.includes('"')) return /[\r\n]/.test(line) ? SEVERAL : line.split(',');

  const fields: string[] = [];
  for (let at = 0; ; at += 1) {
    if (line[at] === '"') {
      const close = closingQuote(line, at + 1);
      if (close < 0) return 'a quoted field does not end';
      const inner = line.slice(at + 1, close);
      fields.push(inner.includes('"') ? inner.replaceAll('""', '"') : inner);
      at = close + 1;
    } else {
      const end = fieldEnd(line, at);
      const field = line.slice(at, end);
      if (field.includes('"')) return 'a quote stands inside an unquoted field';
      fields.push(field);
      at = end;
    }
    if (at === line.length) return fields;
    if (line[at] === '\n' || line[at] === '\r') return SEVERAL;
    if (line[at] !== ',') return 'text follows a closing quote';
  }
}

/** Where the record ends: before the line end that a line of a file carries along. */
function contentEnd(text: string): number {
  let end = text.length;
  while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;
  return end;
}

/** The next quote that is not doubled; -1 when there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** Where an unquoted field ends: at a comma, a line break or the end of the line. */
function fieldEnd(line: string, from: number): number {
  for (let at = from; at < line.length; at += 1) {
    const char = line[at];
    if (char === ',' || char === '\n' || char === '\r') return at;
  }
  return line.length;
}
