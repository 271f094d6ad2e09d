import { describe, expect, it } from 'vitest';
import type { Draft } from '../../../../src/cdr/mapping/draft.ts';
import {
  readDirection,
  readId,
  readProperties,
  readStatus,
  readText,
  readTexts,
  readUserId,
  readUserIds,
} from '../../../../src/cdr/mapping/fields.ts';

const draft = (properties: [string, unknown][], moreProperties?: unknown) =>
  ({ properties, moreProperties }) as unknown as Draft;

describe('fields', () => {
  it('readTexts takes a list of scalars, or one', () => {
    expect(readTexts('x', ['a', ' ', 8, null])).toEqual(['a', '8']);
    expect(readTexts('x', 'a, b')).toEqual(['a, b']);
    expect(readTexts('x', undefined)).toEqual([]);
    expect(() => readTexts('x', [['a']])).toThrow('x: an object or a list');
  });

  it('readText takes scalars and refuses the rest', () => {
    expect(readText('x', ' a ')).toBe('a');
    expect(readText('x', 8)).toBe('8');
    expect(readText('x', null)).toBeUndefined();
    expect(() => readText('x', {})).toThrow('x: an object or a list where a text is expected');
  });

  it('readText takes what fits into a property of HubSpot, and makes UTF-8 of it', () => {
    expect(readText('x', 'x'.repeat(65_536))).toHaveLength(65_536);
    expect(() => readText('x', 'x'.repeat(65_537))).toThrow('x: longer than 65536 characters');
    expect(readText('x', 'a\ud800b')).toBe('a\ufffdb');
  });

  it('readId refuses a monster', () => {
    expect(readId(17.5)).toBe('17.5');
    expect(() => readId('x'.repeat(513))).toThrow('externalCallId: longer than 512 characters');
  });

  it.each([
    ['Inbound', 'inbound'],
    ['', 'unknown'],
  ])('readDirection of %j is %s', (value, direction) => {
    expect(readDirection(value)).toBe(direction);
  });

  it.each([
    ['COMPLETED', 'COMPLETED'],
    ['no-answer', 'NO_ANSWER'],
    ['In Progress', 'IN_PROGRESS'],
    [undefined, 'UNKNOWN'],
  ])('readStatus of %j is %s', (value, status) => {
    expect(readStatus(value)).toBe(status);
  });

  it('refuses a word that is none', () => {
    expect(() => readDirection('sideways')).toThrow('direction: "sideways" is none of inbound,');
    expect(() => readStatus('+41315550179')).toThrow('status: "+99999999999" is none of BUSY,');
  });

  it('readUserId takes an int32 above zero', () => {
    expect(readUserId('userId', '7')).toBe(7);
    expect(readUserId('userId', '')).toBeUndefined();
    for (const value of [0, -1, 1.5, 2 ** 31, 'x', {}, true])
      expect(() => readUserId('userId', value)).toThrow('userId: ');
  });

  it('readUserIds takes a list of them', () => {
    expect(readUserIds('ids', [1, '2', null])).toEqual([1, 2]);
    expect(readUserIds('ids', undefined)).toEqual([]);
    expect(() => readUserIds('ids', 'x')).toThrow('ids: no list');
    expect(() => readUserIds('ids', [[1]])).toThrow('ids: a list is no HubSpot user id');
  });

  it('readProperties makes texts of scalars, leaves blanks out, and lets a rule of its own win', () => {
    const more = { a: 1, b: true, c: null, d: '', hs_call_title: 'from the map' };
    expect(readProperties(draft([['hs_call_title', 'own']], more))).toEqual({
      a: '1',
      b: 'true',
      hs_call_title: 'own',
    });
    expect(readProperties(draft([['hs_call_title', undefined]], more))).toMatchObject({
      hs_call_title: 'from the map',
    });
    expect(readProperties(draft([]))).toEqual({});
    expect(readProperties(draft([['a', 'b']], ' '))).toEqual({ a: 'b' });
  });

  it.each([
    [draft([], 'x'), 'properties: no object'],
    [draft([], ['x']), 'properties: no object'],
    [draft([], JSON.parse('{"__proto__":"x"}')), 'properties: "__proto__" is no name of a HubSpot property'],
    [draft([], { ['p'.repeat(256)]: 'x' }), 'properties: "ppp'],
    [draft([], { a: {} }), 'properties.a: an object or a list where a text is expected'],
    [draft([['a', 'x'.repeat(65_537)]]), 'properties.a: longer than 65536 characters'],
  ])('readProperties refuses what HubSpot would', (given, message) => {
    expect(() => readProperties(given)).toThrow(message);
  });
});
