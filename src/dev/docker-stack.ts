/** The embedded stack in containers: broker and registry in a Docker engine, reached through testcontainers. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ContainerRuntimeClient, ImageName } from 'testcontainers';
import { CallmatchError, messageOf } from '../errors.ts';
import { asContainerEnvironment, brokerProperties } from './broker-properties.ts';
import { freePorts } from './free-port.ts';
import {
  KAFKA_VERSION,
  REGISTRY_PATH,
  REGISTRY_VERSION,
  type Service,
  type Services,
  type WayOptions,
} from './service.ts';

const BROKER_IMAGE = `apache/kafka:${KAFKA_VERSION}`;
const REGISTRY_IMAGE = `apicurio/apicurio-registry:${REGISTRY_VERSION}`;

/** Every JVM reads this, whatever the image starts it with. The reasons are those of the Java way. */
const JVM_ENVIRONMENT = { JAVA_TOOL_OPTIONS: '-Xmx512m -XX:TieredStopAtLevel=1' };

/** Carries an id of this stack, so that the guard finds our containers and no others. */
export const STACK_LABEL = 'io.callmatch.stack';

const STOP_GRACE_MS = 10_000;
const LOG_LINES = 15;

/** The engine that answers. testcontainers is loaded only here: it is large and serves development only. */
async function findEngine(): Promise<{ client: ContainerRuntimeClient; image: (name: string) => ImageName }> {
  try {
    const { getContainerRuntimeClient, ImageName } = await import('testcontainers');
    return { client: await getContainerRuntimeClient(), image: (name) => ImageName.fromString(name) };
  } catch (error) {
    throw new CallmatchError('dependency-missing', `no Docker engine: ${messageOf(error)}`, { cause: error });
  }
}

/** Starts both servers. Rejects with what is missing; nothing is left behind then. */
export async function startDockerServices(options: WayOptions): Promise<Services> {
  const { client, image } = await findEngine();
  for (const name of [BROKER_IMAGE, REGISTRY_IMAGE]) {
    options.signal.throwIfAborted();
    if (!(await client.image.exists(image(name)))) {
      options.onProgress(`Pulling ${name} (only this once)`);
      await client.image.pull(image(name));
    }
  }
  options.signal.throwIfAborted();

  const engineHost = client.info.containerRuntime.host;
  const local = engineHost === 'localhost';
  // Without a password, so on the loopback only; in an engine on another machine there is no other way than its address.
  const [host, bind] = local ? ['127.0.0.1', '127.0.0.1'] : [engineHost, ''];
  const [port = 0, registryPort = 0] = await freePorts(2);

  options.onProgress('Starting a Kafka broker and a schema registry (Docker)');
  await using started = new AsyncDisposableStack();
  const stackId = randomUUID();
  started.use(await startGuard(stackId));
  const container = (imageName: string, env: Record<string, string>, inside: number, outside: number) =>
    containerService(client, {
      Image: imageName,
      Env: Object.entries({ ...JVM_ENVIRONMENT, ...env }).map(([name, value]) => `${name}=${value}`),
      Labels: { [STACK_LABEL]: stackId },
      // With a terminal the engine hands the log out as plain text.
      Tty: true,
      ExposedPorts: { [`${inside}/tcp`]: {} },
      HostConfig: { PortBindings: { [`${inside}/tcp`]: [{ HostIp: bind, HostPort: String(outside) }] } },
    }).then((service) => started.use(service));
  const broker = brokerProperties({ bind: '0.0.0.0', advertised: host, port, controllerPort: port + 1 });
  const starting = [
    // The same port inside and outside: the broker itself and its tools inside use the advertised address, too.
    container(BROKER_IMAGE, asContainerEnvironment(broker), port, port),
    container(REGISTRY_IMAGE, {}, 8080, registryPort),
  ] as const;
  // Both have ended before one's failure is acted on: else the other would start after everything was cleaned up.
  await Promise.allSettled(starting);
  const [brokerService, registryService] = await Promise.all(starting);
  const owned = started.move();
  return {
    broker: brokerService,
    registry: registryService,
    brokers: [`${host}:${port}`],
    registryUrl: `http://${host}:${registryPort}${REGISTRY_PATH}`,
    brokerContainer: brokerService.containerId,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

type ContainerSettings = Parameters<ContainerRuntimeClient['container']['create']>[0];

/** A container as a service: stopping it keeps its data, disposing removes both. */
async function containerService(
  client: ContainerRuntimeClient,
  settings: ContainerSettings,
): Promise<Service & { readonly containerId: string }> {
  const container = await client.container.create(settings);
  let wanted = true;
  const remove = () => container.remove({ force: true, v: true });
  try {
    await client.container.start(container);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    containerId: container.id,
    async start() {
      await client.container.start(container);
      wanted = true;
    },
    async stop() {
      wanted = false;
      await client.container.stop(container, { timeout: STOP_GRACE_MS });
    },
    async failure() {
      if (!wanted) return undefined;
      const { State: state } = await container.inspect();
      if (state.Running) return undefined;
      const log = await container.logs({ stdout: true, stderr: true, tail: LOG_LINES });
      return `exit code ${state.ExitCode}\n${log}`;
    },
    async [Symbol.asyncDispose]() {
      await remove();
    },
  };
}

/**
 * Containers are no children of ours, so a `kill -9` would leave them running. The guard is a small process that reads
 * from a pipe of ours: it ends when we are gone, and then the guard removes the containers with our label. It is
 * started before the first container, so there is no moment without it. (testcontainers has a container for this,
 * Ryuk; it needs one more image and the engine's socket inside a container, which many machines do not allow.)
 */
async function startGuard(stackId: string): Promise<AsyncDisposable> {
  const script = fileURLToPath(new URL('./container-guard.ts', import.meta.url));
  const guard = spawn(process.execPath, [script, STACK_LABEL, stackId], {
    // Not in our process group: Ctrl-C must not end it before the containers are gone.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = once(guard, 'exit');
  await once(guard, 'spawn');
  return {
    async [Symbol.asyncDispose]() {
      guard.kill('SIGKILL');
      await exited;
    },
  };
}
