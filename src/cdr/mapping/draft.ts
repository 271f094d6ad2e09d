/**
 * First step of a mapping: what the rules find in a record, raw. Nothing is converted or judged here, so that an odd
 * field of a record that is no call of ours does no harm. Pure.
 */
import { CallmatchError } from '../../errors.ts';
import { isKnownCountry } from '../phone-number.ts';
import { compileAll, compileCondition, compileValue } from './compile-rule.ts';
import type { CallRules, DirectionRule } from './document.ts';
import type { PropertiesDraft } from './fields.ts';
import type { Scope } from './parameters.ts';
import type { PartyDraft } from './party.ts';
import type { PartyRule } from './party-rule.ts';
import type { Place } from './problems.ts';
import type { Origin, Reader } from './reader.ts';
import type { ValueRule } from './rule.ts';
import { compileSpelling } from './setting.ts';
import { compileStatus, type StatusDraft } from './status.ts';
import { compileDurations, compileTimes, type NumberReader } from './time-field.ts';

export interface Draft extends PropertiesDraft {
  readonly externalCallId: unknown;
  readonly direction: unknown;
  readonly status: StatusDraft;
  readonly rawCause: unknown;
  /** Epoch milliseconds; read when it is asked for. */
  readonly startedAt: () => ReturnType<NumberReader>;
  /** Seconds with their fraction; read when it is asked for. */
  readonly talk: () => ReturnType<NumberReader>;
  readonly from: PartyDraft;
  readonly to: PartyDraft;
  readonly agent: unknown;
  readonly agents: unknown;
  readonly userId: unknown;
  readonly potentialRecipientUserIds: unknown;
}

/** An expression failed in a rule of a call, of which only the direction is known. */
export interface FailedDraft extends Pick<Draft, 'direction'> {
  readonly failure: CallmatchError;
}

export type DraftReader = (record: unknown, origin: Origin) => Draft | FailedDraft;

export function compileDraft(rules: CallRules, scope: Scope): DraftReader {
  const at = (field: keyof CallRules, ...rest: string[]): Place => ['call', field, ...rest];
  const read = (field: keyof CallRules, rule: ValueRule | undefined, ...rest: string[]): Reader =>
    rule === undefined ? nothing : compileValue(rule, scope, at(field, ...rest));

  const externalCallId = read('externalCallId', rules.externalCallId);
  const direction = compileDirection(rules.direction, scope, at('direction'));
  const ending = compileEnding(rules, scope, at);
  const startedAt = rules.startedAt && compileTimes(rules.startedAt, scope, at('startedAt'));
  const talk = rules.talkSeconds && compileDurations(rules.talkSeconds, scope, at('talkSeconds'));
  const from = compileParty(rules.from, scope, at('from'));
  const to = compileParty(rules.to, scope, at('to'));
  const agent = read('agent', rules.agent);
  const agents = read('agents', rules.agents);
  const userId = read('userId', rules.userId);
  const recipients = read('potentialRecipientUserIds', rules.potentialRecipientUserIds);
  const properties = Object.entries(rules.properties ?? {}).map(
    ([name, rule]) => [name, read('properties', rule, name)] as const,
  );
  const moreProperties = read('propertiesFrom', rules.propertiesFrom);

  return (record, origin) => {
    const way = direction(record, origin);
    try {
      return {
        direction: way,
        externalCallId: externalCallId(record, origin),
        ...ending(record, origin),
        startedAt: () => startedAt?.(record, origin),
        talk: () => talk?.(record, origin),
        from: from(record, origin),
        to: to(record, origin),
        agent: agent(record, origin),
        agents: agents(record, origin),
        userId: userId(record, origin),
        potentialRecipientUserIds: recipients(record, origin),
        properties: properties.map(([name, readProperty]) => [name, readProperty(record, origin)] as const),
        moreProperties: moreProperties(record, origin),
      };
    } catch (failure) {
      if (!(failure instanceof CallmatchError)) throw failure;
      return { direction: way, failure };
    }
  };
}

const nothing: Reader = () => undefined;

/** The cause is what the status was made of, unless there is a rule for it. */
function compileEnding(
  { status, statusWords, rawCause }: CallRules,
  scope: Scope,
  at: (field: keyof CallRules) => Place,
): (record: unknown, origin: Origin) => Pick<Draft, 'status' | 'rawCause'> {
  const readStatus = compileStatus(status, statusWords, scope, at('status'));
  const readCause = rawCause === undefined ? undefined : compileValue(rawCause, scope, at('rawCause'));
  return (record, origin) => {
    const ended = readStatus(record, origin);
    return { status: ended, rawCause: readCause === undefined ? ended.cause : readCause(record, origin) };
  };
}

function compileDirection(rule: DirectionRule, scope: Scope, place: Place): Reader {
  if (!isByCondition(rule)) return compileValue(rule, scope, place);
  const cases = (['inbound', 'outbound', 'internal'] as const).flatMap((direction) => {
    const condition = rule[direction];
    if (condition === undefined) return [];
    return [{ direction, holds: compileCondition(condition, scope, [...place, direction]) }];
  });
  return (record, origin) => cases.find(({ holds }) => holds(record, origin))?.direction;
}

type DirectionConditions = Exclude<DirectionRule, ValueRule>;

function isByCondition(rule: DirectionRule): rule is DirectionConditions {
  return typeof rule === 'object' && ('inbound' in rule || 'outbound' in rule || 'internal' in rule);
}

function compileParty(
  rule: Omit<PartyRule, 'mainNumber'>,
  scope: Scope,
  place: Place,
): (record: unknown, origin: Origin) => PartyDraft {
  const numbers = Array.isArray(rule.number)
    ? compileAll(rule.number, scope, [...place, 'number'])
    : [compileValue(rule.number, scope, [...place, 'number'])];
  const extension =
    rule.extension === undefined ? nothing : compileValue(rule.extension, scope, [...place, 'extension']);
  const country = compileCountry(rule.country, scope, [...place, 'country']);
  const spelling = compileSpelling(rule, scope, place);
  return (record, origin) => ({
    numbers: numbers.map((read) => read(record, origin)),
    extension: extension(record, origin),
    country: country(record, origin),
    spelling,
  });
}

function compileCountry(rule: PartyRule['country'], scope: Scope, place: Place): Reader {
  if (rule === undefined) return nothing;
  if (typeof rule !== 'string' || !/^[A-Z]{2}$/.test(rule)) return compileValue(rule, scope, place);
  if (!isKnownCountry(rule)) scope.problems.add(place, `${rule} is no country with phone numbers`);
  return () => rule;
}
