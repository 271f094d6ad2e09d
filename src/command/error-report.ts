/** What a person sees of an error: what happened, and what to do about it. */
import { inspect, styleText } from 'node:util';
import { ERRORS } from '../error-table.ts';
import { CallmatchError, messageOf } from '../errors.ts';
import { maskText } from '../ops/masking.ts';

export interface ReportOptions {
  /** Adds the stack and the causes. */
  readonly verbose: boolean;
  /** Where the report is written: colours only if it can show them. */
  readonly stream: NodeJS.WritableStream;
}

/** The report, several lines without the last line break. Secrets and phone numbers are masked. */
export function errorReport(error: unknown, { verbose, stream }: ReportOptions): string {
  const styled = (style: 'red' | 'cyan' | 'dim', text: string) => styleText(style, text, { stream });
  const lines =
    error instanceof CallmatchError
      ? [
          `${styled('red', error.code)}: ${error.message}`,
          `${styled('cyan', 'What to do')}: ${ERRORS[error.code].remedy}`,
        ]
      : [
          `${styled('red', 'internal error')}: ${textOf(error)}`,
          ...(verbose ? [] : [`Run it again with --verbose for the stack; it is likely a fault of callmatch.`]),
        ];
  if (verbose) lines.push(styled('dim', inspect(error)));
  return maskText(lines.join('\n'));
}

/** An AggregateError of node:net has no message; its code or that of its first error says more. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return messageOf(error) || inspect(error);
}
