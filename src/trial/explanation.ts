/** Which rules of a mapping made an end what it is: where each stands, and what it gave. Pure. */
import type { SkipReason } from '../cdr/call.ts';
import { type Place, showPlace } from '../cdr/mapping/problems.ts';
import type { RuleTrace } from '../cdr/mapping/trace.ts';
import { isNothing } from '../cdr/scalar.ts';
import type { End } from './trial.ts';

/** What a rule gave; of a condition true or false. */
export interface Told {
  readonly place: Place;
  readonly result: unknown;
}

export interface Explainer {
  readonly trace: RuleTrace;
  /** What was told since the last time, call by call; not what was told of a record that is only a part of one. */
  take(): readonly (readonly Told[])[];
}

export function createExplainer(): Explainer {
  let calls: Told[][] = [];
  return {
    trace: {
      compiled() {},
      begin() {
        calls.push([]);
      },
      gave(place, result) {
        calls.at(-1)?.push({ place, result });
      },
    },
    take() {
      const told = calls;
      calls = [];
      return told.filter((rules) => !(isOf('fold', rules) && !isOf('call', rules)));
    },
  };
}

/** Fields of `call` that a skip goes by. */
const FIELD_OF: { readonly [Reason in SkipReason]?: string } = {
  'not-inbound': 'direction',
  'not-final': 'status',
  'child-leg': 'status',
  withheld: 'from',
  masked: 'from',
  emergency: 'from',
};

/**
 * The rules that matter for the end, in the order in which they were read: of a record that is no call of ours those
 * that say so, of a failure those of its field, else all that gave something.
 */
export function explain(end: End, told: readonly Told[]): readonly Told[] {
  const verdict = told.find(({ place, result }) => isVerdict(place, result));
  if (verdict !== undefined) {
    const [section, index] = verdict.place;
    return withoutEchoes(told.filter(({ place }) => place[0] === section && place[1] === index));
  }
  const field = fieldOf(end);
  const ofCall = told.filter(({ place }) => place[0] === 'call' && (field === undefined || place[1] === field));
  // In a field that failed, what gave nothing tells as well.
  return withoutEchoes(
    field === undefined ? ofCall.filter(({ result }) => !isNothing(result) && result !== false) : ofCall,
  );
}

function isOf(section: string, rules: readonly Told[]): boolean {
  return rules.some(({ place }) => place[0] === section);
}

/** A requirement that does not hold, or a skip that does. */
function isVerdict(place: Place, result: unknown): boolean {
  if (place[0] === 'requires') return place.length === 2 && result === false;
  return place[0] === 'skip' && place.length === 3 && result === true;
}

function fieldOf(end: End): string | undefined {
  if (end.kind === 'skipped') return FIELD_OF[end.reason];
  return end.kind === 'buried' && end.stage === 'map' ? /^[A-Za-z]+/.exec(end.message)?.[0] : undefined;
}

/** A rule that only passes on what the one inside it gave says nothing new. */
function withoutEchoes(told: readonly Told[]): readonly Told[] {
  return told.filter(({ place, result }, index) => {
    const inner = told[index - 1];
    return inner === undefined || inner.result !== result || !isInside(inner.place, place);
  });
}

export function isInside(inner: Place, outer: Place): boolean {
  return inner.length > outer.length && outer.every((key, index) => inner[index] === key);
}

export function ruleName({ place }: Told): string {
  return showPlace(place);
}
