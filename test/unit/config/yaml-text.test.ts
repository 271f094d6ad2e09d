import { describe, expect, it } from 'vitest';
import { parseYamlText } from '../../../src/config/yaml-text.ts';

describe('a file of data', () => {
  it('gives what it holds', () => {
    expect(parseYamlText('a: [1, "2"]')).toEqual({ data: { a: [1, '2'] } });
  });

  it('tells every mistake with its place', () => {
    expect(parseYamlText('name: x\nname: y\ncall: [\n')).toEqual({
      mistakes: [expect.stringMatching(/^ {2}line 2, column 1: /), expect.stringMatching(/^ {2}line 4, column 1: /)],
    });
  });

  it('takes over the keys of another section only where that is wanted', () => {
    const text = 'a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }';
    expect(parseYamlText(text, true)).toMatchObject({ data: { b: { x: 1, y: 3 } } });
    expect(parseYamlText(text)).toMatchObject({ data: { b: { '<<': { x: 1, y: 2 }, y: 3 } } });
  });
});
