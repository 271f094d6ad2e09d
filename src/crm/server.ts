/** The simulated CRM over HTTP. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { CallmatchError, messageOf } from '../errors.ts';
import { type Answer, errorAnswer } from './answer.ts';
import { CONTROL_PREFIX, control } from './control.ts';
import type { Engagement } from './engagement.ts';
import { type FaultRuleInput, faultRule } from './fault-rule.ts';
import { readBody } from './request-body.ts';
import type { Reply } from './request-path.ts';
import { readSetting } from './setting.ts';
import { type EngagementQuery, type PortalAccess, Simulator, type SimulatorOptions } from './simulator.ts';
import type { CrmStatistics } from './statistics.ts';
import { give, write } from './transmission.ts';

/** Longer than usual clients keep an idle connection, so that it is they who close, and no request meets a closing one. */
const KEEP_ALIVE_MS = 75_000;

const LOOPBACK = '127.0.0.1';

export interface CrmOptions extends SimulatorOptions {
  /** Address to listen on. Default 127.0.0.1: the control path asks for no token, so any other is a choice to make. */
  readonly host?: string;
  /** Default 0: one that is free. */
  readonly port?: number;
}

/** A running simulator. Disposing it cuts every connection. */
export interface Crm extends AsyncDisposable {
  /** Origin, such as `http://127.0.0.1:8090`: what `portals.<name>.baseUrl` has to be. */
  readonly url: string;
  readonly port: number;
  /** The portals of the seed, with a token of each. */
  readonly portals: readonly PortalAccess[];
  stats(): CrmStatistics;
  /** Engagements made so far, oldest first. */
  engagements(query?: EngagementQuery): Engagement[];
  /** @returns the fault's id. @throws CallmatchError `simulator-invalid` if the rule has mistakes. */
  addFault(rule: FaultRuleInput): number;
  clearFaults(): void;
  /** Moves the simulator's clock forward, in milliseconds. */
  advance(byMs: number): void;
  /** Forgets engagements, faults, counts and issued tokens. */
  reset(): void;
}

/** A mistake of the simulator's own becomes a 500, not the end of a staging environment. */
function safely(response: ServerResponse, run: () => void): void {
  try {
    run();
  } catch (thrown) {
    const message = `The simulator failed: ${messageOf(thrown)}`;
    write(response, errorAnswer(500, { message, category: 'INTERNAL_ERROR' }));
  }
}

function serveApi({ requests, clock }: Simulator, request: IncomingMessage, response: ServerResponse): void {
  const reply = ({ answer, delayMs }: Reply): void => {
    if (delayMs > 0) clock.schedule(delayMs, () => give(request, response, answer, clock));
    else give(request, response, answer, clock);
  };
  const arrived = requests.arrive(request.method ?? '', request.url ?? '', request.headers);
  if ('answer' in arrived) reply(arrived);
  else readBody(request, (body) => safely(response, () => reply(requests.receive(arrived, body))));
}

function serveControl(simulator: Simulator, request: IncomingMessage, response: ServerResponse): void {
  readBody(request, (body) => {
    const answer = (): Answer =>
      'text' in body
        ? control(simulator, request.method ?? '', request.url ?? '', body.text)
        : errorAnswer(413, { message: `The body is ${body.refused}.`, category: 'VALIDATION_ERROR' });
    safely(response, () => write(response, answer()));
  });
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (thrown) {
    throw new CallmatchError('address-unavailable', `cannot listen on ${host} port ${port}: ${messageOf(thrown)}`);
  }
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/**
 * Starts the CRM simulator.
 * @throws CallmatchError `simulator-invalid` if an option or the seed has mistakes, `address-unavailable` if the
 * address cannot be listened on.
 */
export async function startCrm(options: CrmOptions = {}): Promise<Crm> {
  const { host = LOOPBACK, port: wantedPort = 0, ...simulatorOptions } = options;
  const simulator = new Simulator(simulatorOptions);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    if (request.url?.startsWith(CONTROL_PREFIX)) serveControl(simulator, request, response);
    else serveApi(simulator, request, response);
  });
  const port = await listen(server, host, wantedPort).catch((thrown: unknown) => {
    simulator[Symbol.dispose]();
    throw thrown;
  });
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    port,
    portals: simulator.portals,
    stats: () => simulator.stats(),
    engagements: (query) => simulator.engagements(query),
    addFault: (rule) => simulator.addFaults([readSetting(faultRule, rule, 'fault')])[0] ?? 0,
    clearFaults: () => simulator.clearFaults(),
    advance: (byMs) => void simulator.advance(byMs),
    reset: () => simulator.reset(),
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      simulator[Symbol.dispose]();
    },
  };
}
