/** What becomes of a request to the simulated CRM, from its arrival to its answer. Knows no sockets. */
import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, errorAnswer, rateLimited, withHeaders } from './answer.ts';
import { callSearch } from './call-search.ts';
import type { CrmState, Endpoint, EndpointName, Prepared, Visit } from './endpoint.ts';
import { disfigured, faultAnswer, faultWrites, type Silence } from './fault-answer.ts';
import type { FaultRule } from './fault-rule.ts';
import type { Faults } from './faults.ts';
import { inboundCall } from './inbound-call.ts';
import { drawLatency, type Latency } from './latency.ts';
import { owners } from './owners.ts';
import type { Portal } from './portal.ts';
import type { Random } from './random.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { MAX_BODY_BYTES, type RequestBody } from './request-body.ts';
import type { Statistics } from './statistics.ts';
import { token } from './token.ts';

const ENDPOINTS: readonly Endpoint[] = [inboundCall, callSearch, owners, token];

/** What the client gets, and after how long. */
export interface Reply {
  readonly answer: Answer | Silence;
  readonly delayMs: number;
}

/** A request whose head was accepted; its body is still to come. */
export interface Admitted {
  readonly endpoint: Endpoint;
  readonly portal: Portal | undefined;
  readonly arrivedAt: number;
  readonly url: string;
  readonly rateHeaders: (exhausted?: boolean) => string[];
  readonly prepare: (visit: Visit) => Prepared;
}

/** A request with its body, and what the client gets; for who checks both against a contract. */
export interface Exchange {
  readonly endpoint: EndpointName;
  readonly body: string;
  readonly answer: Answer | Silence;
  /** A fault was scripted for it, so its answer need not be the contract. */
  readonly isScripted: boolean;
}

export interface RequestPathParts {
  readonly state: CrmState;
  readonly faults: Faults;
  readonly statistics: Statistics;
  readonly latency: Latency;
  readonly random: Random;
  readonly witness?: ((exchange: Exchange) => void) | undefined;
}

const noHeaders = (): string[] => [];

const wrongMethod = (): Answer =>
  errorAnswer(405, { message: 'Not with this method.', category: 'METHOD_NOT_ALLOWED' });
const nothingHere = (): Answer =>
  errorAnswer(404, { message: 'There is no endpoint at this path.', category: 'OBJECT_NOT_FOUND' });

function unsupportedType(endpoint: Endpoint, headers: IncomingHttpHeaders): boolean {
  if (endpoint.contentType === undefined) return false;
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  return type !== endpoint.contentType || (headers['content-encoding'] ?? 'identity') !== 'identity';
}

export class RequestPath {
  readonly #parts: RequestPathParts;

  constructor(parts: RequestPathParts) {
    this.#parts = parts;
  }

  /** The head of a request has arrived: it is counted here, however long its body takes. */
  arrive(method: string, url: string, headers: IncomingHttpHeaders): Admitted | Reply {
    const path = url.split('?', 1)[0] ?? url;
    const atPath = ENDPOINTS.filter((endpoint) => endpoint.path.test(path));
    const endpoint = atPath.find((candidate) => candidate.method === method);
    if (!endpoint) {
      return this.#reply(undefined, atPath[0], atPath.length > 0 ? wrongMethod() : nothingHere());
    }
    const admitted = this.#admit(endpoint, url, headers.authorization);
    if ('answer' in admitted || !unsupportedType(endpoint, headers)) return admitted;
    return this.#refuse(admitted, 415, `The content type has to be ${endpoint.contentType}, without content encoding.`);
  }

  /** The body has arrived: acts, unless a scripted fault comes before. */
  receive(admitted: Admitted, body: RequestBody): Reply {
    if (!('text' in body)) {
      if (body.refused === 'not-utf8') return this.#refuse(admitted, 400, 'The body is not UTF-8.');
      return this.#refuse(admitted, 413, `The body has more than ${MAX_BODY_BYTES} bytes.`);
    }
    const { state, faults } = this.#parts;
    const { endpoint, arrivedAt, url } = admitted;
    const prepared = admitted.prepare({ crm: state, now: state.clock.now(), url, body: body.text });
    const portal = admitted.portal ?? prepared.portal;
    const { number, externalCallId } = prepared;
    const fault = faults.pick({ endpoint: endpoint.name, portal: portal?.name, number, externalCallId }, arrivedAt);
    const reply = fault
      ? this.#suffer(fault, admitted, prepared, portal)
      : this.#reply(portal, endpoint, withHeaders(prepared.act(), admitted.rateHeaders()));
    this.#parts.witness?.({
      endpoint: endpoint.name,
      body: body.text,
      answer: reply.answer,
      isScripted: fault !== undefined,
    });
    return reply;
  }

  #refuse({ portal, endpoint, rateHeaders }: Admitted, status: number, message: string): Reply {
    const answer = errorAnswer(status, { message, category: 'VALIDATION_ERROR' });
    return this.#reply(portal, endpoint, withHeaders(answer, rateHeaders()));
  }

  #admit(endpoint: Endpoint, url: string, authorization: string | undefined): Admitted | Reply {
    const { state } = this.#parts;
    const arrivedAt = state.clock.now();
    if (endpoint.quota === 'none') {
      const { prepare } = endpoint;
      return { endpoint, portal: undefined, arrivedAt, url, rateHeaders: noHeaders, prepare };
    }
    const grant = state.tokens.authenticate(authorization, endpoint.anyOfScopes, arrivedAt);
    if ('refusal' in grant) return this.#reply(grant.portal, endpoint, grant.refusal);
    const { portal, kind } = grant;
    const isSearch = endpoint.quota === 'search';
    const verdict = (isSearch ? portal.searchQuota : portal.quota).take(arrivedAt);
    const rateHeaders = isSearch ? noHeaders : (exhausted?: boolean) => rateLimitHeaders(verdict, kind, exhausted);
    if (verdict.refusedBy !== undefined) {
      const policy = isSearch ? 'SECONDLY' : verdict.refusedBy === 'daily' ? 'DAILY' : 'TEN_SECONDLY_ROLLING';
      return this.#reply(portal, endpoint, withHeaders(rateLimited(policy, portal.hubId), rateHeaders()));
    }
    const prepare = (visit: Visit) => endpoint.prepare(visit, portal);
    return { endpoint, portal, arrivedAt, url, rateHeaders, prepare };
  }

  #suffer(fault: FaultRule, admitted: Admitted, prepared: Prepared, portal: Portal | undefined): Reply {
    const normal = faultWrites(fault) ? disfigured(fault, prepared.act()) : undefined;
    const scripted = faultAnswer(fault, portal, admitted.arrivedAt) ?? normal ?? 'hang';
    const extraDelayMs = 'delay' in fault ? (fault.delay ?? 0) : 0;
    // A gateway in front of the API knows nothing of quotas.
    const byGateway = fault.kind === 'html' || fault.kind === 'empty' || fault.kind === 'redirect';
    const limited = typeof scripted !== 'string' && !byGateway && scripted.status < 500;
    const answer = limited ? withHeaders(scripted, admitted.rateHeaders(scripted.status === 429)) : scripted;
    return this.#reply(portal, admitted.endpoint, answer, extraDelayMs);
  }

  #reply(portal: Portal | undefined, endpoint: Endpoint | undefined, answer: Reply['answer'], extraMs = 0): Reply {
    const { statistics, latency, random } = this.#parts;
    statistics.count(portal, endpoint?.name, typeof answer === 'string' ? answer : answer.status);
    return { answer, delayMs: drawLatency(latency, random) + extraMs };
  }
}
