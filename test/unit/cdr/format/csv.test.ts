import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCsv, parseCsvLine } from '../../../../src/cdr/format/csv.ts';

describe('parseCsvLine', () => {
  it.each([
    ['a,b,c', ['a', 'b', 'c']],
    ['a,,', ['a', '', '']],
    ['"",""', ['', '']],
    ['"a ""b"" c",5,"x,y"\r\n', ['a "b" c', '5', 'x,y']],
    ['"two\nlines",1\n', ['two\nlines', '1']],
    ['""""', ['"']],
    ['"a",', ['a', '']],
    [' a , b ', [' a ', ' b ']],
  ])('reads %j', (line, fields) => {
    expect(parseCsvLine(line, ',')).toEqual(fields);
  });

  it.each([
    ['', 'empty'],
    ['\r\n', 'empty'],
    ['a,"b', 'does not end'],
    ['a,"', 'does not end'],
    ['a,"b""', 'does not end'],
    ['a,b"c', 'inside an unquoted field'],
    ['"a"b,c', 'follows a closing quote'],
    ['a,b\nc,d', 'several lines'],
    ['"a",b\r\n"c",d', 'several lines'],
    ['"a"\n"b"', 'several lines'],
  ])('refuses %j: %s', (line, why) => {
    expect(parseCsvLine(line, ',')).toContain(why);
  });

  it('reads back what RFC 4180 writes', () => {
    const characters = fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '0');
    const fields = fc.array(fc.string({ unit: characters }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fields, fc.constantFrom('', '\n', '\r\n'), (values, end) => {
        const line = values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',');
        expect(parseCsvLine(line + end, ',')).toEqual(values);
      }),
    );
  });

  it('gives fields or a sentence, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') });
    fc.assert(
      fc.property(text, (line) => {
        expect(parseCsvLine(line, ',').length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('decodeCsv', () => {
  const columns = new Map([
    [2, ['src', 'dst']],
    [3, ['src', 'dst', 'id']],
  ]);
  const layouts = { delimiter: ',', columns };

  it.each([
    ['1,2', { src: '1', dst: '2' }],
    ['1,2,3', { src: '1', dst: '2', id: '3' }],
    ['1,2,3,4,5', { src: '1', dst: '2', id: '3' }],
  ])('ignores further columns of %s where the mapping says so', (line, record) => {
    expect(decodeCsv(Buffer.from(line), { ...layouts, more: true })).toMatchObject({ kind: 'record', record });
  });

  it('refuses a line that is shorter than every layout', () => {
    expect(decodeCsv(Buffer.from('1'), { ...layouts, more: true })).toMatchObject({ kind: 'failure' });
  });

  it('names the fields by the layout of their number', () => {
    expect(decodeCsv(Buffer.from('"a",b\n'), layouts)).toMatchObject({ record: { src: 'a', dst: 'b' }, format: 'csv' });
    expect(decodeCsv(Buffer.from('a,b,1'), layouts)).toMatchObject({ record: { src: 'a', dst: 'b', id: '1' } });
  });

  it('refuses a number of columns that the mapping does not know', () => {
    expect(decodeCsv(Buffer.from('a'), layouts)).toEqual({
      kind: 'failure',
      code: 'undecodable',
      message: 'the line has 1 columns; the mapping knows 2, 3',
    });
  });

  it('does not lose a call for an umlaut in an old character set', () => {
    expect(decodeCsv(Buffer.from('"M\xfcller",b', 'latin1'), layouts)).toMatchObject({ record: { src: 'Müller' } });
  });
});

describe('decodeCsv with a header line', () => {
  const decode = (text: string, delimiter = ',') => decodeCsv(Buffer.from(text), { delimiter, columns: 'header' });

  it('makes a record of every further line', () => {
    expect(decode('\uFEFFa, b\r\n1,2\r\n\r\n"x\ny",\n')).toEqual({
      kind: 'record',
      record: [
        { a: '1', b: '2' },
        { a: 'x\ny', b: '' },
      ],
      format: 'csv',
    });
    expect(decode('a;b\n1,5;"2;"', ';')).toMatchObject({ record: [{ a: '1,5', b: '2;' }] });
    expect(decode('a\n')).toMatchObject({ record: [] });
  });

  it('keeps a hostile name of a column to its record', () => {
    const decoded = decode('__proto__,constructor\nx,y');
    expect(JSON.stringify(decoded)).toContain('{"__proto__":"x","constructor":"y"}');
  });

  it.each([
    ['\n', 'the value is empty'],
    ['a,b\n1', 'row 2 has 1 columns; the header line has 2'],
    ['a,a\n1,2', 'column 2 of the header line has no name, or that of another column'],
    ['a,\n1,2', 'column 2 of the header line has no name, or that of another column'],
    ['a,b\n1,"2', 'row 2: a quoted field does not end'],
    [`a\n${'1\n'.repeat(10_001)}`, 'the value has more than 10000 rows'],
  ])('refuses a file that is none', (text, message) => {
    expect(decode(text)).toEqual({ kind: 'failure', code: 'undecodable', message });
  });

  it('reads back what RFC 4180 writes', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ';', '\n', '\r', ' ') });
    const rows = fc.array(fc.tuple(field, field), { maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (written, end) => {
        const lines = [['a', 'b'], ...written].map((row) =>
          row.map((each) => `"${each.replaceAll('"', '""')}"`).join(';'),
        );
        const record = written.map(([a, b]) => ({ a, b }));
        expect(decode(lines.join(end), ';')).toEqual({ kind: 'record', record, format: 'csv' });
      }),
    );
  });
});
