/** The control path `/_sim/…`: how people and tests look into the simulator and steer it. No token is needed. */
import { z } from 'zod';
import { CallmatchError } from '../errors.ts';
import { type Answer, errorAnswer, invalid, jsonAnswer } from './answer.ts';
import type { Engagement } from './engagement.ts';
import { faultRule } from './fault-rule.ts';
import { readJson } from './json-body.ts';
import { duration, mistakesIn } from './setting.ts';
import type { Simulator } from './simulator.ts';

export const CONTROL_PREFIX = '/_sim/';

const engagementsQuery = z.strictObject({
  portal: z.string().optional(),
  externalCallId: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** Id of the last engagement of the page before. */
  after: z.coerce.number().int().min(0).default(0),
});

/** One rule or a list; no union, whose messages would not name the mistake. */
const faultRules = z.preprocess((body) => (Array.isArray(body) ? body : [body]), z.array(faultRule).min(1));
const clockChange = z.strictObject({ advance: duration });

const json = (value: unknown, status = 200): Answer => jsonAnswer(status, JSON.stringify(value));
const notFound = (message: string): Answer => errorAnswer(404, { message, category: 'OBJECT_NOT_FOUND' });
const shown = ({ id, portal, externalCallId, createdAt, properties }: Engagement): object => ({
  id,
  portal,
  externalCallId,
  createdAt: new Date(createdAt).toISOString(),
  properties,
});

function listEngagements(simulator: Simulator, query: URLSearchParams): Answer {
  const read = engagementsQuery.safeParse(Object.fromEntries(query));
  if (!read.success) return invalid(mistakesIn(read.error));
  const { limit, ...from } = read.data;
  // One more than the page tells whether there is another page.
  const found = simulator.engagements({ ...from, limit: limit + 1 });
  const page = found.slice(0, limit);
  return json({ results: page.map(shown), ...(found.length > limit ? { after: page.at(-1)?.id } : {}) });
}

function addFaults(simulator: Simulator, body: string): Answer {
  const read = readJson(faultRules, body);
  if (!read.ok) return read.answer;
  try {
    return json({ ids: simulator.addFaults(read.value) }, 201);
  } catch (thrown) {
    if (thrown instanceof CallmatchError) return invalid(thrown.message);
    throw thrown;
  }
}

function removeFault(simulator: Simulator, id: string): Answer {
  return simulator.removeFault(Number(id))
    ? json({ removed: Number(id) })
    : notFound('There is no fault with this id.');
}

function advanceClock(simulator: Simulator, body: string): Answer {
  const read = readJson(clockChange, body);
  return read.ok ? json({ now: simulator.advance(read.value.advance) }) : read.answer;
}

function health(simulator: Simulator): Answer {
  const failure = simulator.storeFailure;
  return failure === undefined ? json({ status: 'ok' }) : json({ status: 'failing', store: failure }, 503);
}

/** Answers a request whose path begins with `/_sim/`. */
export function control(simulator: Simulator, method: string, url: string, body: string): Answer {
  const { pathname, searchParams } = new URL(url, 'http://simulator');
  const what = pathname.slice(CONTROL_PREFIX.length);
  const [, faultId] = /^faults\/(\d+)$/.exec(what) ?? [];
  if (faultId !== undefined && method === 'DELETE') return removeFault(simulator, faultId);
  switch (`${method} ${what}`) {
    case 'GET health':
      return health(simulator);
    case 'GET stats':
      return json(simulator.stats());
    case 'GET engagements':
      return listEngagements(simulator, searchParams);
    case 'GET faults':
      return json({ faults: simulator.faults() });
    case 'POST faults':
      return addFaults(simulator, body);
    case 'DELETE faults':
      simulator.clearFaults();
      return json({});
    case 'POST clock':
      return advanceClock(simulator, body);
    case 'POST reset':
      simulator.reset();
      return json({});
    default:
      return notFound('GET health|stats|engagements|faults, POST faults|clock|reset, DELETE faults|faults/{id}.');
  }
}
