import { expect, it } from 'vitest';
import { decodeLenient, decodeUtf8 } from '../../../../src/cdr/format/text.ts';

it('decodeUtf8 takes off a byte order mark and refuses what is not UTF-8', () => {
  expect(decodeUtf8(Buffer.from('\uFEFFZoë'))).toBe('Zoë');
  expect(decodeUtf8(Buffer.from([0x5a, 0x6f, 0xeb]))).toBeUndefined();
});

it('decodeLenient falls back to Windows-1252', () => {
  expect(decodeLenient(Buffer.from('Zoë'))).toBe('Zoë');
  expect(decodeLenient(Buffer.from([0x5a, 0x6f, 0xeb, 0x80]))).toBe('Zoë€');
});
