/** What a client sees of a scripted fault. */
import { type Answer, errorAnswer, jsonAnswer, rateLimited, withHeaders } from './answer.ts';
import type { FaultRule } from './fault-rule.ts';
import type { Portal } from './portal.ts';

/** Instead of an answer: never one, or the connection cut. */
export type Silence = 'hang' | 'reset';

/** Category and message by status. Those of 4xx are HubSpot's where known, the others plainly the simulator's. */
const KNOWN: Readonly<Record<number, readonly [category: string, message: string]>> = {
  400: ['VALIDATION_ERROR', 'Invalid input.'],
  401: ['EXPIRED_AUTHENTICATION', 'The OAuth token used to make this call expired 1 minute(s) ago.'],
  403: ['MISSING_SCOPES', 'The app has not been granted a scope that this call needs.'],
  404: ['OBJECT_NOT_FOUND', 'Nothing found here.'],
  409: ['CONFLICT', 'The object already exists.'],
  423: ['LOCKED', 'The record is locked by other writes.'],
  429: ['RATE_LIMITS', 'You have reached your rate limit.'],
  477: ['MIGRATION_IN_PROGRESS', 'The account is moving to another data centre.'],
};

type StatusRule = Extract<FaultRule, { kind: 'status' }>;

function retryAfterOf({ retryAfter, retryAfterAs }: StatusRule, now: number): string | undefined {
  if (retryAfter === undefined) return undefined;
  return retryAfterAs === 'date' ? new Date(now + retryAfter * 1000).toUTCString() : String(retryAfter);
}

function plainStatusAnswer(rule: StatusRule, portal: Portal | undefined): Answer {
  if (rule.body !== undefined) return jsonAnswer(rule.status, rule.body);
  const asScripted = rule.category !== undefined || rule.message !== undefined;
  // The token endpoint names no policy.
  if (rule.status === 429 && rule.endpoint !== 'token' && !asScripted) {
    return rateLimited(rule.policy ?? 'TEN_SECONDLY_ROLLING', portal?.hubId);
  }
  const [category, message] = KNOWN[rule.status] ?? ['SCRIPTED_FAULT', `Scripted fault with status ${rule.status}.`];
  return errorAnswer(rule.status, { message: rule.message ?? message, category: rule.category ?? category });
}

function statusAnswer(rule: StatusRule, portal: Portal | undefined, now: number): Answer {
  const answer = plainStatusAnswer(rule, portal);
  const retryAfter = retryAfterOf(rule, now);
  return retryAfter === undefined ? answer : withHeaders(answer, ['Retry-After', retryAfter]);
}

const htmlPage = (status: number): string =>
  `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>Error ${status}</h1><p>Scripted fault.</p></body></html>\n`;

/** The answer of a fault, or its silence; undefined where the normal answer is given, late or disfigured. */
export function faultAnswer(rule: FaultRule, portal: Portal | undefined, now: number): Answer | Silence | undefined {
  switch (rule.kind) {
    case 'status':
      return statusAnswer(rule, portal, now);
    case 'slow':
    case 'trickle':
    case 'cut':
    case 'gzip':
    case 'oversize':
      return undefined;
    case 'hang':
      return 'hang';
    case 'reset-before-write':
    case 'reset-after-write':
      return 'reset';
    case 'html':
      return { status: rule.status, headers: ['Content-Type', 'text/html;charset=utf-8'], body: htmlPage(rule.status) };
    case 'empty':
      return { status: rule.status, headers: [], body: '' };
    case 'off-contract':
      return jsonAnswer(200, rule.body);
    case 'redirect':
      return { status: rule.status, headers: ['Location', rule.location], body: '' };
  }
}

/** What a fault makes of the normal answer on its way. */
export function disfigured(rule: FaultRule, answer: Answer): Answer {
  switch (rule.kind) {
    case 'trickle':
      return { ...answer, manner: { kind: 'trickle', every: rule.every } };
    case 'cut':
    case 'gzip':
      return { ...answer, manner: { kind: rule.kind } };
    case 'oversize':
      // White space before it: the body is still the contract.
      return { ...answer, body: answer.body.padStart(rule.bytes) };
    default:
      return answer;
  }
}

/** Whether the request is carried out although a fault hits it. */
export function faultWrites(rule: FaultRule): boolean {
  switch (rule.kind) {
    case 'slow':
    case 'trickle':
    case 'cut':
    case 'gzip':
    case 'oversize':
    case 'reset-after-write':
      return true;
    case 'reset-before-write':
    case 'redirect':
      return false;
    default:
      return rule.writes;
  }
}
