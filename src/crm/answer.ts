/** What the simulator says: HubSpot's answers and error bodies. */
import { randomUUID } from 'node:crypto';

/** An HTTP answer. Headers are a flat list of names and values, the form that node:http writes fastest. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
  /** How its bytes go, where not plainly. */
  readonly manner?: Manner;
}

/**
 * `trickle`: the body comes a byte at a time, one in so many milliseconds. `cut`: the connection ends in the middle of
 * the body. `gzip`: the body is compressed, although nobody asked for it.
 */
export type Manner =
  | { readonly kind: 'trickle'; readonly every: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'gzip' };

/** One entry of `errors[]`: `ErrorDetail` of HubSpot's OpenAPI files. */
export interface ErrorDetail {
  readonly message: string;
  readonly code?: string;
  /** The field in which the mistake is. */
  readonly in?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** An error body: `Error` of HubSpot's OpenAPI files, and the `status` that it carries in practice. */
export interface ErrorBody {
  readonly message: string;
  readonly category: string;
  readonly errors?: readonly ErrorDetail[];
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly links?: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json;charset=utf-8';

/** An answer with a JSON body and a correlation id of its own. */
export function jsonAnswer(status: number, json: string, correlationId: string = randomUUID()): Answer {
  return { status, headers: ['Content-Type', JSON_TYPE, 'X-HubSpot-Correlation-Id', correlationId], body: json };
}

/** An error in HubSpot's form. */
export function errorAnswer(status: number, error: ErrorBody): Answer {
  const correlationId = randomUUID();
  const { message, category, ...more } = error;
  return jsonAnswer(
    status,
    JSON.stringify({ status: 'error', message, correlationId, ...more, category }),
    correlationId,
  );
}

/** 400 with every mistake in `errors[]`. */
export function invalid(message: string, errors: readonly ErrorDetail[] = [{ message }]): Answer {
  return errorAnswer(400, { message, category: 'VALIDATION_ERROR', errors });
}

/** The limits that HubSpot names in a 429. */
export type RateLimitPolicy = 'TEN_SECONDLY_ROLLING' | 'DAILY' | 'SECONDLY';

/** 429. The body has an `errorType` and a `policyName`, and no `category` (captured traffic; contract.md section 3). */
export function rateLimited(policyName: RateLimitPolicy, hubId: number | undefined): Answer {
  const correlationId = randomUUID();
  const body = {
    status: 'error',
    message: `You have reached your ${policyName.toLowerCase()} limit.`,
    errorType: 'RATE_LIMIT',
    correlationId,
    policyName,
    groupName: `publicapi:callmatch-simulator:${hubId ?? 0}`,
    ...(policyName === 'DAILY' ? { requestId: randomUUID() } : {}),
  };
  return jsonAnswer(429, JSON.stringify(body), correlationId);
}

/** The same answer with more headers. */
export function withHeaders(answer: Answer, headers: readonly string[]): Answer {
  return headers.length === 0 ? answer : { ...answer, headers: [...answer.headers, ...headers] };
}
