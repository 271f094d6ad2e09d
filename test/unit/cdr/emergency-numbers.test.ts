import { isSupportedCountry } from 'libphonenumber-js/max';
import { expect, it } from 'vitest';
import { isEmergencyNumber } from '../../../src/cdr/emergency-numbers.ts';

it.each([
  ['112', undefined],
  ['911', undefined],
  ['911', 'CH'],
  ['999', 'GB'],
  ['000', 'AU'],
  ['117', 'CH'],
  ['18', 'FR'],
  ['110', 'JP'],
])('%s in %s', (digits, country) => {
  expect(isEmergencyNumber(digits, country)).toBe(true);
});

it.each([
  ['999', undefined],
  ['999', 'CH'],
  ['000', 'US'],
  ['117', 'DE'],
  ['1112', 'CH'],
  ['', 'CH'],
  ['112', 'XX'],
])('%s in %s is none, or only where it is known everywhere', (digits, country) => {
  expect(isEmergencyNumber(digits, country)).toBe(digits === '112');
});

it('has countries that have phone numbers', () => {
  // France as a whole is no region of its own in the library's table of countries without numbers: all are known.
  for (const country of ['GB', 'FR', 'CH', 'AU', 'IN', 'BR', 'ZW', 'XK'])
    expect(isSupportedCountry(country)).toBe(true);
});
