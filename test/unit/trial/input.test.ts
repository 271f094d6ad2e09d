import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Division, divide } from '../../../src/trial/input.ts';

const texts = (input: string, division: Division = 'auto') =>
  divide(Buffer.from(input), division).map(({ value }) => value.toString());
const lines = (input: string, division: Division = 'auto') =>
  divide(Buffer.from(input), division).map(({ line }) => line);

describe('the records of an input', () => {
  it('is one JSON object, however it is written', () => {
    for (const text of ['{"a":1}', '{\n  "a": { "b": 1 }\n}\n', '\uFEFF { "a": 1 }'])
      expect(texts(text)).toEqual([text]);
  });

  it('are the items of a JSON list', () => {
    expect(texts('[{"a": 1},\n {"a": [2]}]')).toEqual(['{"a":1}', '{"a":[2]}']);
  });

  it('are the lines, where each is an object', () => {
    const text = '{"a":1}\r\n\n{"a":2}\n{"a":\n';
    expect(texts(text)).toEqual(['{"a":1}', '{"a":2}', '{"a":']);
    expect(lines(text)).toEqual([1, 3, 4]);
  });

  it('are objects over several lines, one after the other', () => {
    const text = '{\n  "a": 1\n}\n{\n  "a": {\n    "b": 2\n  }\n}\n';
    expect(texts(text).map((one) => JSON.parse(one))).toEqual([{ a: 1 }, { a: { b: 2 } }]);
    expect(lines(text)).toEqual([1, 4]);
  });

  it('are rows of CSV, of which a field may hold line breaks', () => {
    expect(texts('a,b\n"x\ny",2\n"""q""",3\n')).toEqual(['a,b', '"x\ny",2', '"""q""",3']);
  });

  it('are the lines of CSV, where a quote is never closed', () => {
    expect(texts('a,b\n"x,2\nc,3\n')).toEqual(['a,b', '"x,2', 'c,3']);
  });

  it('are the lines of forms', () => {
    expect(texts('From=%2B41&To=1\nFrom=2\n')).toEqual(['From=%2B41&To=1', 'From=2']);
  });

  it('is one value with a schema id in front', () => {
    expect(divide(Buffer.from([0, 0, 0, 0, 7, 10, 10]), 'auto')).toEqual([
      { value: Buffer.from([0, 0, 0, 0, 7, 10, 10]) },
    ]);
  });

  it('are what one says', () => {
    expect(texts('a,b\nc,d', 'whole')).toEqual(['a,b\nc,d']);
    expect(texts('{\n}', 'lines')).toEqual(['{', '}']);
  });

  it('is a table of CSV where its first line names the columns, and still not so with JSON', () => {
    expect(texts('a,b\nc,d\n', 'auto-table')).toEqual(['a,b\nc,d\n']);
    expect(texts('{"a":1}\n{"a":2}', 'auto-table')).toEqual(['{"a":1}', '{"a":2}']);
  });

  it('keep their bytes, whatever the character set', () => {
    const bytes = Buffer.from('M\xfcller,1\nb,2', 'latin1');
    expect(divide(bytes, 'auto').map(({ value }) => value.toString('latin1'))).toEqual(['M\xfcller,1', 'b,2']);
  });

  it('are there again, however objects are written down', () => {
    const written = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(written, fc.constantFrom('list', 'lines', 'pretty'), (objects, how) => {
        const indent = how === 'pretty' ? 2 : undefined;
        const text =
          how === 'list'
            ? JSON.stringify(objects)
            : objects.map((one) => JSON.stringify(one, undefined, indent)).join('\n');
        expect(texts(text).map((one) => JSON.parse(one))).toEqual(JSON.parse(JSON.stringify(objects)));
      }),
    );
  });
});
