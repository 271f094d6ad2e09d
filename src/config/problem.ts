/** One mistake in the configuration, and how it is told. */
import { CallmatchError } from '../errors.ts';
import { type Origin, originText } from './origin.ts';

export interface Problem {
  /** The field (`kafka.brokers[0]`), or the variable or flag when it leads to no field; empty for the whole file. */
  readonly place: string;
  /** What is wrong: what was expected, and what came. Never holds a secret. */
  readonly text: string;
  /** Where the value came from; left out where the place says it already. */
  readonly origin?: Origin;
}

/** `kafka.brokers[0]: expected host:port, got "localhost" (callmatch.yaml:3:7)` */
export function problemLine({ place, text, origin }: Problem): string {
  const where = origin === undefined ? '' : ` (${originText(origin)})`;
  return `${place === '' ? '' : `${place}: `}${text}${where}`;
}

/** One error that lists all mistakes; `note` is a last sentence for people. */
export function configInvalid(problems: readonly Problem[], note?: string): CallmatchError {
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  const lines = problems.map((problem) => `  ${problemLine(problem)}`);
  return new CallmatchError(
    'config-invalid',
    [`The configuration has ${count}:`, ...lines, ...(note === undefined ? [] : [note])].join('\n'),
  );
}
