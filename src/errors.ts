/** The one class of errors. What each code means stands in `error-table.ts`. */
import { ERRORS, type Fate } from './error-table.ts';

export type ErrorCode = keyof typeof ERRORS;

/** What is known of an HTTP answer behind a failure; goes into the dead letter's headers. */
export interface HttpDetail {
  readonly status: number;
  /** HubSpot's error category, where the body has one. */
  readonly category?: string;
  /** HubSpot's correlation id, where the answer has one. */
  readonly correlationId?: string;
}

export interface CallmatchErrorOptions {
  readonly cause?: unknown;
  readonly http?: HttpDetail;
  /** Earliest next try, in milliseconds from now, when the other side told one. */
  readonly retryAfterMs?: number;
  /** Requests made for the call before it failed for good. */
  readonly attempts?: number;
}

/** The one error class. `code` decides the `fate`; `message` never holds a token or a full phone number. */
export class CallmatchError extends Error {
  override readonly name = 'CallmatchError';
  readonly code: ErrorCode;
  readonly http: HttpDetail | undefined;
  readonly retryAfterMs: number | undefined;
  readonly attempts: number;

  constructor(code: ErrorCode, message: string, options: CallmatchErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.http = options.http;
    this.retryAfterMs = options.retryAfterMs;
    this.attempts = options.attempts ?? 0;
  }

  get fate(): Fate {
    return ERRORS[this.code].fate;
  }
}

/** The text of whatever was thrown. An error without a message (several addresses were tried) gives its code. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.message || ('code' in thrown ? String(thrown.code) : thrown.name);
}
