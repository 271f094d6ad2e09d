/** Settings of a mapping that are compiled once rather than read from records: zones and the main number. Pure. */
import type { Party } from '../call.ts';
import type { PhoneNumbers } from '../phone-number.ts';
import type { TimeFormat } from '../time.ts';
import { createTimeZone } from '../time-zone.ts';
import type { TimeFieldRule } from './document.ts';
import type { Scope } from './parameters.ts';
import type { Place } from './problems.ts';

/** A text in the document itself, or a parameter. */
type Setting = string | { readonly parameter: string } | undefined;

export function compileTime(rule: TimeFieldRule, scope: Scope, place: Place): TimeFormat {
  const name = settingOf(rule.zone, scope, [...place, 'zone']);
  const unit = rule.unit === undefined ? {} : { unit: rule.unit };
  if (name === undefined) return unit;
  try {
    return { ...unit, zone: createTimeZone(name, rule.overlap) };
  } catch {
    scope.problems.add([...place, 'zone'], `${name} is no time zone; write one like Europe/Zurich or UTC`);
    return unit;
  }
}

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
      : `it is ${reading.kind === 'extension' ? 'an extension' : reading.kind}`;
  scope.problems.add(place, `the main number is no phone number: ${why}`);
  return undefined;
}

function settingOf(setting: Setting, scope: Scope, place: Place): string | undefined {
  if (typeof setting !== 'object') return setting;
  if (!scope.parameters.has(setting.parameter)) scope.problems.add(place, `there is no parameter ${setting.parameter}`);
  const value = scope.parameters.get(setting.parameter);
  if (typeof value === 'string' || value === undefined) return value;
  scope.problems.add(place, `the parameter ${setting.parameter} is a list; a text is needed here`);
  return undefined;
}
