/** One step on the way to a status: what it says of a record. Pure. */
import type { FinalCallStatus } from '../call.ts';
import type { Ending, ReleaseCause } from '../ending.ts';
import { readQ850Cause } from '../q850.ts';
import { isNothing, textOf } from '../scalar.ts';
import { readSipStatus, sipCodeOf } from '../sip-status.ts';
import { foldWord } from '../word.ts';
import { compileCondition, compileValue } from './compile-rule.ts';
import type { Scope } from './parameters.ts';
import type { Place } from './problems.ts';
import type { Origin, Reader } from './reader.ts';
import type { ConditionRule } from './rule.ts';
import type { StatusStep, StatusWords } from './status-rule.ts';

/** What a step says of a record. */
export interface Said {
  /** Whether the steps behind it are not asked. */
  readonly decides?: true;
  /** One of HubSpot's words, or what a value rule found in its place. */
  readonly value?: unknown;
  readonly isOtherLeg?: true;
  readonly lastResort?: FinalCallStatus;
  readonly word?: string;
}
/** Never throws. */
export type Step = (record: unknown, origin: Origin) => Said;

/** What the steps of one rule have in common. */
export interface StepContext {
  readonly words: StatusWords;
  readonly scope: Scope;
  /**
   * Readers of the SIP responses, each put here by its step. A cause that several responses are translated to asks for
   * the response, whichever step comes first.
   */
  readonly sipReaders: Reader[];
}

export function compileStep(rule: StatusStep, context: StepContext, place: Place): Step {
  const { scope, sipReaders } = context;
  if (typeof rule === 'object') {
    if ('voicemail' in rule) return given(rule.voicemail, rule.as, context, [...place, 'voicemail']);
    if ('answered' in rule) return given(rule.answered, 'COMPLETED', context, [...place, 'answered']);
    if ('is' in rule) return given(rule.when, rule.is, context, [...place, 'when']);
    if ('word' in rule) {
      const read = compileValue(rule.word, scope, [...place, 'word']);
      return released(compileTable(rule.table, read, scope, [...place, 'table']), rule.rang, context, place);
    }
    if ('sip' in rule) {
      const read = compileValue(rule.sip, scope, [...place, 'sip']);
      sipReaders.push(read);
      return released((record, origin) => readSipStatus(read(record, origin)), rule.rang, context, place);
    }
    if ('q850' in rule) {
      const read = compileValue(rule.q850, scope, [...place, 'q850']);
      const sipCode = (record: unknown, origin: Origin) =>
        sipReaders.map((readSip) => sipCodeOf(readSip(record, origin))).find((code) => code !== undefined);
      const readCause: ReadCause = (record, origin) =>
        readQ850Cause(read(record, origin), () => sipCode(record, origin));
      return released(readCause, rule.rang, context, place);
    }
  }
  const read = compileValue(rule, scope, place);
  return (record, origin) => {
    const value = read(record, origin);
    return isNothing(value) ? NOTHING : { decides: true, value, ...shortWord(textOf(value)) };
  };
}

const NOTHING: Said = Object.freeze({});

function given(rule: ConditionRule, ending: Ending, { words, scope }: StepContext, place: Place): Step {
  const holds = compileCondition(rule, scope, place);
  const said = conclude(ending, words, true);
  return (record, origin) => (holds(record, origin) ? said : NOTHING);
}

type ReadCause = (record: unknown, origin: Origin) => ReleaseCause | undefined;

function released(read: ReadCause, rang: ConditionRule | undefined, { words, scope }: StepContext, place: Place): Step {
  const didRing = rang === undefined ? () => true : compileCondition(rang, scope, [...place, 'rang']);
  return (record, origin) => {
    const { ending, lastResort, word } = read(record, origin) ?? NO_CAUSE;
    return {
      ...(ending !== undefined && conclude(ending, words, ending !== 'gaveUp' || didRing(record, origin))),
      ...(lastResort !== undefined && { lastResort }),
      ...shortWord(word),
    };
  };
}

const NO_CAUSE: Partial<ReleaseCause> = Object.freeze({});

function conclude(ending: Ending, words: StatusWords, didRing: boolean): Said {
  switch (ending) {
    case 'otherLeg':
      return { decides: true, isOtherLeg: true };
    case 'gaveUp':
      return { decides: true, value: didRing ? words.gaveUp : words.neverRang };
    case 'timedOut':
    case 'declined':
      return { decides: true, value: words[ending] };
    default:
      return { decides: true, value: ending };
  }
}

function compileTable(table: Readonly<Record<string, Ending>>, read: Reader, scope: Scope, place: Place): ReadCause {
  const endings = new Map<string, Ending>();
  for (const [word, ending] of Object.entries(table)) {
    const folded = foldWord(word);
    const known = endings.get(folded);
    if (known !== undefined && known !== ending) {
      scope.problems.add([...place, word], 'stands twice: case, blanks, -, _ and . do not matter');
    }
    endings.set(folded, ending);
    // As it stands in the file it is found without being folded.
    endings.set(word, ending);
  }
  return (record, origin) => {
    const word = textOf(read(record, origin));
    if (word === undefined) return undefined;
    const ending = endings.get(word) ?? endings.get(foldWord(word));
    return ending === undefined ? { word } : { word, ending };
  };
}

/** What is longer is no word of a vocabulary. */
const LONGEST_WORD = 256;

function shortWord(text: string | undefined): Pick<Said, 'word'> {
  return text === undefined || text.length > LONGEST_WORD ? NOTHING : { word: text };
}
