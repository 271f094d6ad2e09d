/**
 * Phone numbers as E.164 with their type, by libphonenumber with its full metadata (the small one knows no types).
 * A parse takes 5 to 8 µs, so readings are cached: callers and lines called repeat. Pure.
 */
import { isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { createBoundedCache } from './bounded-cache.ts';
import type { PhoneNumberType } from './call.ts';
import { maskNumber } from './masking.ts';
import { readNumberText } from './number-text.ts';
import { isNothing, type Unreadable } from './scalar.ts';

export type PhoneReading =
  | {
      readonly kind: 'number';
      /** E.164 with plus. */
      readonly e164: string;
      readonly type: PhoneNumberType;
      readonly extension?: string;
    }
  /** Too short for anything but an extension of the switch. */
  | { readonly kind: 'extension'; readonly extension: string }
  /** The field is missing or blank. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'hidden'; readonly hidden: 'withheld' | 'masked' }
  /** Why it is no number; holds no full number. */
  | ({ readonly kind: 'unusable' } & Unreadable);

export interface PhoneNumbers {
  /**
   * Reads a field that should hold a phone number.
   * @param country ISO 3166 country of numbers without a country code; without it such a number is unusable.
   */
  read(value: unknown, country: string | undefined): PhoneReading;
  /** Readings held. */
  readonly size: number;
}

/** Some 10 MB; a reading takes about 250 bytes. */
const DEFAULT_CAPACITY = 40_000;
/** Longer than any number with a name and a URI around it; keeps monsters out of the cache. */
const LONGEST_FIELD = 256;
/** Up to this many digits are an extension: in many plans they would pass for a possible number (30123 in Germany). */
const LONGEST_EXTENSION = 6;
/** What the library refuses is kept when it was written with a country code and has this shape. */
const E164 = /^\+[1-9]\d{6,14}$/;

export function createPhoneNumbers(capacity = DEFAULT_CAPACITY): PhoneNumbers {
  const readings = createBoundedCache<string, PhoneReading>(capacity);

  return {
    read(value, country) {
      const field = fieldOf(value);
      if (typeof field !== 'string') return field;
      const key = country === undefined ? field : `${country} ${field}`;
      let reading = readings.get(key);
      if (reading === undefined) {
        reading = readField(field, country);
        readings.set(key, reading);
      }
      return reading;
    },
    get size() {
      return readings.size;
    },
  };
}

/** Whether numbers of this country can be read. */
export function isKnownCountry(country: string): boolean {
  return isSupportedCountry(country);
}

function fieldOf(value: unknown): string | PhoneReading {
  if (isNothing(value)) return { kind: 'empty' };
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && value >= 0) return String(value);
    return { kind: 'unusable', unreadable: 'a JSON number that is no row of digits' };
  }
  if (typeof value !== 'string') return { kind: 'unusable', unreadable: `a ${typeof value} and no text` };
  if (value.length > LONGEST_FIELD) return { kind: 'unusable', unreadable: `longer than ${LONGEST_FIELD} characters` };
  return value;
}

function readField(field: string, country: string | undefined): PhoneReading {
  const written = readNumberText(field);
  if (written.kind !== 'dialable' && written.kind !== 'word') return written;
  if (written.kind === 'word') return { kind: 'unusable', unreadable: `${shown(written.text)} is no number` };

  const digits = written.text.replace(/[\s().\-/]/g, '');
  if (/^\d+$/.test(digits) && digits.length <= LONGEST_EXTENSION) return { kind: 'extension', extension: digits };

  // Without `extract: false` the library would find a number anywhere in the text.
  const parsed = parsePhoneNumberFromString(written.text, {
    extract: false,
    ...(country !== undefined && isSupportedCountry(country) && { defaultCountry: country }),
  });
  const e164 = acceptable(parsed, written.text);
  if (e164 === undefined) return { kind: 'unusable', unreadable: refusal(written.text, country) };
  const extension = parsed?.ext ?? written.extension;
  return { kind: 'number', e164, type: parsed?.getType() ?? 'UNKNOWN', ...(extension !== undefined && { extension }) };
}

/**
 * What the numbering plan allows (`isPossible`) is taken, assigned or not. So is what was written with a plus and has
 * the shape of E.164: plans change before the library knows, and a caller must not be lost for that.
 */
function acceptable(parsed: PhoneNumber | undefined, text: string): string | undefined {
  if (parsed?.isPossible()) return parsed.number;
  if (!text.startsWith('+')) return undefined;
  const e164 = parsed?.number ?? text.replace(/[\s().\-/]/g, '');
  return E164.test(e164) ? e164 : undefined;
}

function refusal(text: string, country: string | undefined): string {
  if (text.startsWith('+')) return `${shown(text)} is no E.164 number`;
  if (country !== undefined) return `${shown(text)} is no number in ${country}`;
  return `${shown(text)} has no country code, and the source has no defaultCountry`;
}

function shown(text: string): string {
  return JSON.stringify(maskNumber(text));
}
