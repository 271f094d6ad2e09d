/** Settings of a mapping that are compiled once rather than read from records: those of numbers, mainly. Pure. */
import type { Party } from '../call.ts';
import type { NumberSpelling, PhoneNumbers } from '../phone-number.ts';
import type { Scope } from './parameters.ts';
import type { PartyRule } from './party-rule.ts';
import type { Place } from './problems.ts';

/** A text in the document itself, or a parameter. */
type Setting = string | { readonly parameter: string } | undefined;

interface NumberOptions {
  readonly phoneNumbers: PhoneNumbers;
  readonly defaultCountry?: string | undefined;
}

export function compileMainNumber(
  setting: Setting,
  options: NumberOptions,
  scope: Scope,
  place: Place,
): Party | undefined {
  const text = settingOf(setting, scope, place);
  if (text === undefined) return undefined;
  const reading = options.phoneNumbers.read(text, options.defaultCountry);
  if (reading.kind === 'number') return { e164: reading.e164, type: reading.type };
  const why =
    reading.kind === 'unusable'
      ? reading.unreadable
      : `it is ${reading.kind === 'extension' || reading.kind === 'emergency' ? 'an extension' : reading.kind}`;
  scope.problems.add(place, `the main number is no phone number: ${why}`);
  return undefined;
}

/** How the numbers of a party are written. */
export function compileSpelling(rule: Omit<PartyRule, 'mainNumber'>, scope: Scope, place: Place): NumberSpelling {
  const dialOut = settingOf(rule.dialOut, scope, [...place, 'dialOut']) ?? '';
  if (!/^\d{0,6}$/.test(dialOut)) scope.problems.add([...place, 'dialOut'], 'up to six digits');
  const plus = settingOf(rule.plus, scope, [...place, 'plus']);
  if (plus !== undefined && plus !== 'missing') scope.problems.add([...place, 'plus'], '`missing`, or nothing');
  return { isPlusMissing: plus === 'missing', dialOut };
}

export function settingOf(setting: Setting, scope: Scope, place: Place): string | undefined {
  if (typeof setting !== 'object') return setting;
  if (!scope.parameters.has(setting.parameter)) scope.problems.add(place, `there is no parameter ${setting.parameter}`);
  const value = scope.parameters.get(setting.parameter);
  if (typeof value === 'string' || value === undefined) return value;
  scope.problems.add(place, `the parameter ${setting.parameter} is a list; a text is needed here`);
  return undefined;
}
