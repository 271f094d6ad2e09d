/**
 * Phone numbers as E.164 with their type, by libphonenumber with its full metadata (the small one knows no types).
 * A parse takes 5 to 8 µs, so readings are cached: callers and lines called repeat. Pure.
 */
import { isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { createBoundedCache } from './bounded-cache.ts';
import type { PhoneNumberType } from './call.ts';
import { isEmergencyNumber } from './emergency-numbers.ts';
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
  /** An emergency number of the country; within a switch it can be an extension all the same. */
  | { readonly kind: 'emergency'; readonly extension?: string }
  /** The field is missing or blank. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'hidden'; readonly hidden: 'withheld' | 'masked' }
  /** Why it is no number; holds no full number. */
  | ({ readonly kind: 'unusable' } & Unreadable);

/** How a source departs from writing what one dials. */
export interface NumberSpelling {
  /** Digits that do not begin with 0 are E.164 without its plus. */
  readonly isPlusMissing: boolean;
  /** Digits of the switch in front of the number, such as the 0 for an outside line; empty when there are none. */
  readonly dialOut: string;
}

export interface PhoneNumbers {
  /**
   * Reads a field that should hold a phone number.
   * @param country ISO 3166 country of numbers without a country code; without it such a number is unusable.
   * @param spelling as one dials without it
   */
  read(value: unknown, country: string | undefined, spelling?: NumberSpelling): PhoneReading;
  /** Readings held. */
  readonly size: number;
}

/** Some 10 MB; a reading takes about 250 bytes. */
const DEFAULT_CAPACITY = 40_000;
/** Longer than any number with a name and a URI around it; keeps monsters out of the cache. */
const LONGEST_FIELD = 256;
/** What the library refuses is kept when it was written with a country code and has this shape. */
const E164 = /^\+[1-9]\d{6,14}$/;
/** With its plus. The library lets German numbers be longer, which E.164 and HubSpot do not. */
const LONGEST_E164 = 16;
const AS_DIALLED: NumberSpelling = { isPlusMissing: false, dialOut: '' };

export function createPhoneNumbers(capacity = DEFAULT_CAPACITY): PhoneNumbers {
  const readings = createBoundedCache<string, PhoneReading>(capacity);

  return {
    read(value, country, spelling = AS_DIALLED) {
      const field = fieldOf(value);
      if (typeof field !== 'string') return field;
      // The field comes last, because it alone can hold anything.
      const key = `${spelling.isPlusMissing ? '+' : ''}${spelling.dialOut}|${country ?? ''}|${field}`;
      let reading = readings.get(key);
      if (reading === undefined) {
        reading = readField(field, country, spelling);
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
  if (typeof value === 'number' || typeof value === 'bigint') {
    // Beyond the safe integers JSON.parse has rounded: the digits are others than those of the source.
    if ((typeof value === 'bigint' || Number.isSafeInteger(value)) && value >= 0) return String(value);
    return { kind: 'unusable', unreadable: 'a JSON number that is no row of digits' };
  }
  if (typeof value !== 'string') return { kind: 'unusable', unreadable: `a ${typeof value} and no text` };
  if (value.length > LONGEST_FIELD) return { kind: 'unusable', unreadable: `longer than ${LONGEST_FIELD} characters` };
  return value;
}

function readField(field: string, country: string | undefined, spelling: NumberSpelling): PhoneReading {
  // In Australia 000 is a number, elsewhere a row of zeros is nobody's.
  if (isEmergencyNumber(field.trim(), country)) return { kind: 'emergency', extension: field.trim() };
  const written = readNumberText(field, spelling.isPlusMissing);
  switch (written.kind) {
    case 'dialable': {
      const reading = read(written.text, written.digits, country, spelling);
      if (reading.kind !== 'number' || written.extension === undefined) return reading;
      return { extension: written.extension, ...reading };
    }
    case 'extension':
      return isEmergencyNumber(written.extension, country) ? { ...written, kind: 'emergency' } : written;
    case 'word':
      return { kind: 'unusable', unreadable: `${shown(written.text)} is no number` };
    default:
      return written;
  }
}

function read(text: string, digits: string, country: string | undefined, spelling: NumberSpelling): PhoneReading {
  const inside = withoutDialOut(text, spelling.dialOut);
  const outside = inside === undefined ? undefined : parse(spelling.isPlusMissing ? plused(inside) : inside, country);
  // What is left has to be a number that is in use: a national number may begin with the same digits.
  if (outside?.isValid()) return numberOf(outside, outside.number);

  const parsed = parse(text, country);
  if (spelling.isPlusMissing && !isInternational(parsed, digits)) {
    return { kind: 'unusable', unreadable: `${shown(text.replace(/^\+/, ''))} is no E.164 number without its plus` };
  }
  if (parsed !== undefined && !digits.startsWith('+') && isPlusLost(parsed, digits)) {
    return {
      kind: 'unusable',
      unreadable: `${refusal(text, country)}, but would be one with a plus: see \`plus: missing\``,
    };
  }
  const e164 = acceptable(parsed, digits);
  if (e164 === undefined) return { kind: 'unusable', unreadable: refusal(text, country) };
  return numberOf(parsed, e164);
}

function numberOf(parsed: PhoneNumber | undefined, e164: string): PhoneReading {
  const extension = parsed?.ext;
  return { kind: 'number', e164, type: parsed?.getType() ?? 'UNKNOWN', ...(extension !== undefined && { extension }) };
}

/** Without `extract: false` the library would find a number anywhere in the text. */
function parse(text: string, country: string | undefined): PhoneNumber | undefined {
  return parsePhoneNumberFromString(text, {
    extract: false,
    ...(country !== undefined && isSupportedCountry(country) && { defaultCountry: country }),
  });
}

/** The text behind the digits that the switch puts in front; undefined when it does not begin with them. */
function withoutDialOut(text: string, dialOut: string): string | undefined {
  if (dialOut === '' || !text.startsWith(dialOut)) return undefined;
  return text.slice(dialOut.length).replace(/^[\s,.\-/]+/, '');
}

function plused(text: string): string {
  return /^[1-9]/.test(text) ? `+${text}` : text;
}

/** Whether the digits have their country code, be it behind an international prefix. */
function isInternational(parsed: PhoneNumber | undefined, digits: string): boolean {
  if (!parsed?.isPossible()) return false;
  return digits.startsWith('+') || digits.replace(/\D.*$/, '').endsWith(parsed.number.slice(1));
}

/** Whether the digits are nobody's in the country, and a number that is in use behind a plus. */
function isPlusLost(parsed: PhoneNumber, digits: string): boolean {
  if (parsed.isValid() || !/^[1-9]\d+$/.test(digits)) return false;
  return parse(`+${digits}`, undefined)?.isValid() === true;
}

/**
 * What the numbering plan allows (`isPossible`) is taken, assigned or not. So is what was written with a plus and has
 * the shape of E.164: plans change before the library knows, and a caller must not be lost for that.
 */
function acceptable(parsed: PhoneNumber | undefined, digits: string): string | undefined {
  if (parsed?.isPossible() && parsed.number.length <= LONGEST_E164) return parsed.number;
  if (!digits.startsWith('+')) return undefined;
  const e164 = parsed?.number ?? digits;
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
