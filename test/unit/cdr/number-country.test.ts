import { expect, test } from 'vitest';
import { createCountryOf } from '../../../src/cdr/number-country.ts';

const countryOf = createCountryOf();

test.each([
  ['+41315550100', 'CH'],
  ['+12025550123', 'US'],
  ['+442079460018', 'GB'],
  // Not assigned in any of the countries of +44.
  ['+441632960201', '+44'],
  ['+80012345678', '+800'],
  ['+999', undefined],
])('%s is %s, also when it comes again', (e164, country) => {
  expect(countryOf(e164)).toBe(country);
  expect(countryOf(e164)).toBe(country);
});
