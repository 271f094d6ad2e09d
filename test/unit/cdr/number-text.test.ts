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
    ['%22A%22%20%3C%2B41315550179%3E', '+41315550179'],
    ['"100% A" <+41315550179>', '+41315550179'],
    ['tel:+41-31-555-01-79', '+41-31-555-01-79'],
    ['tel:0315550179;phone-context=example.org', '0315550179'],
    ['tel:0315550179;phone-context=+41', '+410315550179'],
    ['tel:+41315550179;phone-context=+1', '+41315550179'],
    ['tel:5550179;phone-context=+41-31', '+41315550179'],
    ['tel://+41315550179', '+41315550179'],
    ['0315550179x12', '0315550179x12'],
    ['(031) 555 01 79', '(031) 555 01 79'],
    ['[031] 555 01 79', '[031] 555 01 79'],
    // Full-width, Arabic-Indic, Eastern Arabic-Indic.
    ['＋４１３１５５５０１７９', '+41315550179'],
    ['+٤١٣١٥٥٥٠١٧٩', '+41315550179'],
    ['۰۳۱۵۵۵۰۱۷۹', '0315550179'],
    // A no-break space, a no-break hyphen, marks for writing from left to right.
    ['\u202a+41\u00a031\u2011555 01 79\u202c', '+41 31-555 01 79'],
  ])('takes the number out of %s', (field, text) => {
    expect(readNumberText(field)).toMatchObject({ kind: 'dialable', text });
  });

  it('gives the digits beside the text', () => {
    expect(readNumberText('(031) 555-01.79 / 2')).toMatchObject({ digits: '03155501792' });
    expect(readNumberText('+41 31 555 01 79 x12')).toMatchObject({ digits: '+41315550179x12' });
  });

  it('puts the plus back where it is missing', () => {
    expect(readNumberText('447700900000', true)).toMatchObject({ text: '+447700900000', digits: '+447700900000' });
    expect(readNumberText('sip:447700900000@192.0.2.1', true)).toMatchObject({ text: '+447700900000' });
    expect(readNumberText('+447700900000', true)).toMatchObject({ text: '+447700900000' });
    expect(readNumberText('07700900000', true)).toMatchObject({ text: '07700900000' });
    expect(readNumberText('1001', true)).toEqual({ kind: 'extension', extension: '1001' });
    expect(readNumberText('266696687', true)).toEqual({ kind: 'hidden', hidden: 'withheld' });
  });

  it('keeps the extension of a URI', () => {
    const number = { kind: 'dialable', text: '+41315550179', digits: '+41315550179' };
    expect(readNumberText('tel:+41315550179;ext=12')).toEqual({ ...number, extension: '12' });
    expect(readNumberText('sip:+41315550179;EXT=12;x=y@example.org')).toEqual({ ...number, extension: '12' });
    expect(readNumberText('tel:+41315550179;ext=')).toEqual(number);
  });

  it.each(['1001@10.10.10.204', '1001', 'tel:1001;phone-context=+41', '٢٠٠'])('%s is few digits', (field) => {
    expect(readNumberText(field)).toMatchObject({ kind: 'extension', extension: expect.stringMatching(/^\d+$/) });
  });

  it.each(['urn:service:sos', 'urn:service:sos.police', '+112', '+911'])('%s is an emergency', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'emergency' });
  });

  it.each(['x123', 'ext. 123', 'Extn123', 'Extension 123', '#123', ',,123'])('%s is an extension', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'extension', extension: '123' });
  });

  it.each(['', '  ', '""', 'NULL', 'None', 'n/a', '\\N', '\u200b', '"" <>', '"Alice" <>', '<sip:@example.org>'])(
    '%j is empty',
    (field) => {
      expect(readNumberText(field)).toEqual({ kind: 'empty' });
    },
  );

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
    '+7378742883',
    '–',
    '+2562533',
    '+8656696',
    '+86282452253',
  ])('%s is withheld', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'hidden', hidden: 'withheld' });
  });

  it('takes a keypad word for a number when it has no plus', () => {
    expect(readNumberText('266696687')).toMatchObject({ kind: 'dialable', text: '266696687' });
  });

  it.each(['+12345678***', '0315550***', '031555xxxx', '+41 79 *** ** 12', '+4179XXX'])('%s is masked', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'hidden', hidden: 'masked' });
  });

  it.each(['s', 'i', 't', 'h', '*97', '#', 'sales-queue', 'dial_alice'])('%s is a word', (field) => {
    expect(readNumberText(field)).toEqual({ kind: 'word', text: field });
  });

  it('never throws, and never takes long', () => {
    const characters = fc.constantFrom(...'0123456789+-*#xX()<>"@;:,. =%aäs٣☎');
    const field = fc.string({ unit: characters, maxLength: 256 });
    fc.assert(fc.property(field, fc.boolean(), (text, isPlusMissing) => void readNumberText(text, isPlusMissing)));
  });
});
