/** The exit codes of every command. Scripts depend on them; `callmatch --help` lists them. */
import { CommanderError } from 'commander';
import { ERRORS } from '../error-table.ts';
import { CallmatchError, type ErrorCode } from '../errors.ts';

export const EXIT_CODES = {
  done: { code: 0, meaning: 'done' },
  internal: { code: 1, meaning: 'internal error' },
  usage: { code: 2, meaning: 'wrong usage or configuration' },
  missing: { code: 3, meaning: 'a dependency or set-up is missing' },
  findings: { code: 4, meaning: 'finished, with findings' },
  drainTimeout: { code: 5, meaning: 'drain deadline passed' },
  secondSignal: { code: 130, meaning: 'ended at once by a second signal' },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type ExitReason = keyof typeof EXIT_CODES;

/** Ends a command with another code than 0 though nothing failed; it has printed all there is to say. */
export class CommandEnd extends Error {
  override readonly name = 'CommandEnd';
  readonly reason: ExitReason;

  constructor(reason: ExitReason) {
    super(EXIT_CODES[reason].meaning);
    this.reason = reason;
  }
}

type StopCode = { [Code in ErrorCode]: (typeof ERRORS)[Code]['fate'] extends 'stop' ? Code : never }[ErrorCode];

/** Complete by its type: a new error of fate `stop` has to be placed here. */
const STOPS: Record<StopCode, ExitReason> = {
  'config-invalid': 'usage',
  'mapping-invalid': 'usage',
  'simulator-invalid': 'usage',
  'offsets-invalid': 'usage',
  'replay-invalid': 'usage',
  'input-invalid': 'usage',
  'address-unavailable': 'missing',
  'topic-missing': 'missing',
  'schema-missing': 'missing',
  'dependency-missing': 'missing',
  'group-active': 'missing',
  'consumer-crashed': 'internal',
  'drain-timeout': 'drainTimeout',
};

/** The exit code for whatever a command threw. */
export function exitCodeOf(error: unknown): number {
  return EXIT_CODES[reasonOf(error)].code;
}

function reasonOf(error: unknown): ExitReason {
  if (error instanceof CommandEnd) return error.reason;
  // Commander throws to end after --help and --version, too; these are the ones with exit code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'done' : 'usage';
  if (!(error instanceof CallmatchError)) return 'internal';
  // What a service would wait for (a broker, a token) is for a command something that is not there.
  if (error.fate === 'retry' || error.fate === 'pause-portal') return 'missing';
  return isStop(error.code) ? STOPS[error.code] : 'internal';
}

function isStop(code: ErrorCode): code is StopCode {
  return ERRORS[code].fate === 'stop';
}
