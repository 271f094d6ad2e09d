/** The country that a phone number belongs to. Pure. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { type BoundedCache, createBoundedCache } from './bounded-cache.ts';

/** Numbers repeat, and a parse takes some microseconds. */
const REMEMBERED = 20_000;

/** ISO 3166 country of an E.164 number; its calling code (`+800`) where no one country has it; else undefined. */
export type CountryOf = (e164: string) => string | undefined;

export function createCountryOf(cache: BoundedCache<string, string> = createBoundedCache(REMEMBERED)): CountryOf {
  return (e164) => {
    const known = cache.get(e164);
    if (known !== undefined) return known || undefined;
    const parsed = parsePhoneNumberFromString(e164);
    const country = parsed && (parsed.country ?? `+${parsed.countryCallingCode}`);
    cache.set(e164, country ?? '');
    return country;
  };
}
