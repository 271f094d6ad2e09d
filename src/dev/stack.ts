/** The embedded stack: a real broker and a real schema registry, for `callmatch dev`, tests and benchmarks. */

import { CallmatchError, messageOf } from '../errors.ts';
import { type BrokerProbe, probeBroker } from '../kafka/broker-probe.ts';
import { startDockerServices } from './docker-stack.ts';
import { startJavaServices } from './java-stack.ts';
import { probeRegistry, untilReady } from './readiness.ts';
import type { Services, WayOptions } from './service.ts';

/** `cluster`: one that runs already and is not ours; `docker`: containers; `java`: processes. */
export type StackWay = 'cluster' | 'docker' | 'java';

export interface Stack extends AsyncDisposable {
  readonly way: StackWay;
  /** `host:port` of the brokers. */
  readonly brokers: readonly string[];
  /** Base URL of the Confluent-compatible registry, without a slash at the end. */
  readonly registryUrl: string;
  /** Id of the broker's container, for way `docker`: its command-line tools can be run in there. */
  readonly brokerContainer?: string;
  /** Ends the broker in order. Throws for way `cluster`: that broker is not ours to stop. */
  stopBroker(): Promise<void>;
  /** Starts it again, on the same address with the same data, and waits until it serves. */
  startBroker(): Promise<void>;
}

export interface StackOptions {
  /** Told what goes on, one sentence at a time, for a person who waits. Default: nobody is told. */
  readonly onProgress?: (text: string) => void;
  /** Ends a start that is under way; what was started is stopped. Default: never. */
  readonly signal?: AbortSignal;
  /** Default: that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How to find out whether the brokers serve; a cluster with TLS or SASL needs one that knows them. */
  readonly probe?: BrokerProbe;
}

const WAYS = {
  docker: startDockerServices,
  java: startJavaServices,
} as const satisfies Record<string, (options: WayOptions) => Promise<Services>>;

/** For a machine under load; usually it takes three to six seconds. */
const READY_WITHIN_MS = 90_000;
/** A cluster that is not ours is there or it is not. */
const CLUSTER_READY_WITHIN_MS = 10_000;

/**
 * Starts broker and registry in the first way that works, and resolves when both serve:
 * the cluster of CALLMATCH_KAFKA__BROKERS and CALLMATCH_REGISTRY__URL, if set; a Docker engine; Java 17+ and Maven.
 * CALLMATCH_STACK=docker or java forces one of the last two. Rejects with `dependency-missing` when none works.
 * Everything that was started ends with disposal, and also when this process dies in any other way.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const env = options.env ?? process.env;
  const onProgress = options.onProgress ?? (() => {});
  const signal = options.signal ?? new AbortController().signal;
  const probe = options.probe ?? probeBroker;

  const forced = forcedWay(env.CALLMATCH_STACK);
  if (forced === undefined && env.CALLMATCH_KAFKA__BROKERS) {
    return useCluster(env.CALLMATCH_KAFKA__BROKERS, env.CALLMATCH_REGISTRY__URL, probe, signal);
  }
  const failures: string[] = [];
  for (const way of forced === undefined ? (['docker', 'java'] as const) : [forced]) {
    try {
      const services = await WAYS[way]({ env, onProgress, signal });
      return await untilServing(way, services, probe, signal, onProgress);
    } catch (error) {
      signal.throwIfAborted();
      const failure = `${way}: ${messageOf(error)}`;
      onProgress(`Does not work with ${failure}`);
      failures.push(failure);
    }
  }
  throw new CallmatchError(
    'dependency-missing',
    `There is no Kafka broker and registry to work with. One of these would do: CALLMATCH_KAFKA__BROKERS and ` +
      `CALLMATCH_REGISTRY__URL set to a cluster of yours; a Docker engine; Java 17 or newer with Maven. ` +
      `What was tried:\n${failures.map((failure) => `- ${failure}`).join('\n')}`,
  );
}

function forcedWay(value: string | undefined): keyof typeof WAYS | undefined {
  if (value === undefined || value === '') return undefined;
  if (value === 'docker' || value === 'java') return value;
  throw new CallmatchError('config-invalid', `CALLMATCH_STACK is "${value}"; it can be docker or java`);
}

async function useCluster(
  list: string,
  registryUrl: string | undefined,
  probe: BrokerProbe,
  signal: AbortSignal,
): Promise<Stack> {
  if (!registryUrl) {
    throw new CallmatchError('config-invalid', 'CALLMATCH_KAFKA__BROKERS is set, so set CALLMATCH_REGISTRY__URL, too');
  }
  const brokers = list.split(',').map((broker) => broker.trim());
  const url = registryUrl.replace(/\/+$/, '');
  const cluster = { within: CLUSTER_READY_WITHIN_MS, signal, failure: async () => undefined };
  await untilReady({ ...cluster, what: 'the broker', check: () => probe(brokers) });
  await untilReady({ ...cluster, what: 'the registry', check: () => probeRegistry(url) });
  const notOurs = async (): Promise<never> => {
    throw new CallmatchError('dependency-missing', 'the broker of CALLMATCH_KAFKA__BROKERS is not ours to stop');
  };
  return {
    way: 'cluster',
    brokers,
    registryUrl: url,
    stopBroker: notOurs,
    startBroker: notOurs,
    async [Symbol.asyncDispose]() {},
  };
}

/** Makes the stack of the services of a way. Disposes them when they do not get ready. */
async function untilServing(
  way: StackWay,
  services: Services,
  probe: BrokerProbe,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<Stack> {
  const { broker, registry, brokers, registryUrl, brokerContainer } = services;
  const ours = { within: READY_WITHIN_MS, signal };
  const brokerServes = () =>
    untilReady({ ...ours, what: 'the broker', check: () => probe(brokers), failure: () => broker.failure() });
  const registryServes = () =>
    untilReady({
      ...ours,
      what: 'the registry',
      check: () => probeRegistry(registryUrl),
      failure: () => registry.failure(),
    });
  try {
    await Promise.all([brokerServes(), registryServes()]);
  } catch (error) {
    await services[Symbol.asyncDispose]();
    throw error;
  }
  onProgress(`Kafka at ${brokers.join(', ')}, schema registry at ${registryUrl}`);
  return {
    way,
    brokers,
    registryUrl,
    ...(brokerContainer !== undefined && { brokerContainer }),
    stopBroker: () => broker.stop(),
    async startBroker() {
      await broker.start();
      await brokerServes();
    },
    [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
  };
}
