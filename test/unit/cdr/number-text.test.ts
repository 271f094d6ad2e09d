import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumberText } from '../../../src/cdr/number-text.ts';

describe('readNumberText', () => {
  it.each([
    ['0315550179', '0315550179'],
    ['"Alice" <0315550179>', '0315550179'],
    ['"Alice <work>" <0315550179>', '0315550179'],
    // A stray quote, as in real rows.
    ['"softphone-mac3" <+41315550179>"', '+41315550179'],
    ['sip:+41315550179@192.0.2.1:5060;user=phone', '+41315550179'],
    ['<sip:+41315550179@example.org;user=phone>;tag=abc', '+41315550179'],
    ['"A" <sip:%2B41315550179@example.org>', '+41315550179'],
    ['tel:+41-31-555-01-79', '+41-31-555-01-79'],
    ['tel:0315550179;phone-context=+41', '0315550179'],
    ['1001@10.10.10.204', '1001'],
    ['0315550179x12', '0315550179x12'],
    ['(031) 555 01 79', '(031) 555 01 79'],
  ])('takes the number out of %s', (field, text) => {
    expect(readNumberText(field)).toEqual({ kind: 'dialable', text });
  });

  it('keeps the extension of a URI', () => {
    expect(readNumberText('tel:+41315550179;ext=12')).toEqual({
      kind: 'dialable',
      text: '+41315550179',
      extension: '12',
    });
  });

  it.each(['x123', 'ext. 123', 'Extension 123', '#123', ',,123'])('%s is an extension', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'extension', extension: '123' });
  });

  it.each(['', '  ', '""', '"" <>', '"Alice" <>', '<sip:@example.org>'])('%j is empty', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'empty' });
  });

  it.each([
    'anonymous',
    'Anonymous@anonymous.invalid',
    '"Anonymous" <sip:anonymous@anonymous.invalid>',
    'RESTRICTED',
    'private number',
    'Unavailable',
    'unknown',
    'withheld',
    'blocked',
    'No Caller ID',
    '-',
    '0',
    '0000000000',
    '+266696687',
    '+7378742833',
    '+2562533',
    '+8656696',
    '+86282452253',
  ])('%s is withheld', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'hidden', hidden: 'withheld' });
  });

  it('takes a keypad word for a number when it has no plus', () => {
    expect(readNumberText('266696687')).toEqual({ kind: 'dialable', text: '266696687' });
  });

  it.each(['+12345678***', '0315550***', '031555xxxx', '+41 79 *** ** 12', '+4179XXX'])('%s is masked', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'hidden', hidden: 'masked' });
  });

  it.each(['s', 'i', 't', 'h', '*97', '#', 'Extn203', 'sales-queue', 'dial_alice'])('%s is a word', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'word', text: field });
  });

  it('never throws, and never takes long', () => {
    const characters = fc.constantFrom(...'0123456789+-*#xX()<>"@;:,. =%aäs٣☎');
    fc.assert(fc.property(fc.string({ unit: characters, maxLength: 256 }), (field) => void readNumberText(field)));
  });
});
