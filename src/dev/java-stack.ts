/** The embedded stack without containers: broker and registry as two Java processes. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CallmatchError, messageOf } from '../errors.ts';
import { asPropertiesFile, brokerProperties } from './broker-properties.ts';
import { type ChildProcess, removeFolder, runToEnd, startChild } from './child-process.ts';
import { freePorts } from './free-port.ts';
import { kafkaJars, registryApplication } from './maven-artifacts.ts';
import { REGISTRY_PATH, type Service, type Services, type WayOptions } from './service.ts';

const OLDEST_JAVA = 17;

/**
 * For servers that live for minutes under little load: a small heap, and the first compiler only, because the second
 * costs more of a short life than it gives back (about a third of the start-up time).
 */
const JVM_FLAGS = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];

/** Any valid id would do: every run has storage of its own. */
const CLUSTER_ID = 'callmatchEmbeddedStack';

/** The `java` to run: that of JAVA_HOME if it is set, as Maven does it too. */
export function javaCommand(env: WayOptions['env']): string {
  return env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : 'java';
}

/** The major version in the output of `java -version`; undefined when there is none. `1.8.0` is 8. */
export function javaVersion(output: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  const version = Number(first === '1' ? second : first);
  return Number.isNaN(version) ? undefined : version;
}

/** Rejects with `dependency-missing` when there is no Java that is new enough. */
async function requireJava(java: string): Promise<void> {
  const output = await promisify(execFile)(java, ['-version']).catch((error: unknown) => {
    throw new CallmatchError('dependency-missing', `Java does not run: ${messageOf(error)}`, { cause: error });
  });
  // Java writes its version to stderr.
  const version = javaVersion(output.stderr);
  if (version === undefined || version < OLDEST_JAVA) {
    throw new CallmatchError(
      'dependency-missing',
      `Java ${OLDEST_JAVA} or newer is needed, ${java} is ${version ?? 'none'}`,
    );
  }
}

/** Starts both servers. Rejects with what is missing; nothing is left behind then. */
export async function startJavaServices(options: WayOptions): Promise<Services> {
  const java = javaCommand(options.env);
  await requireJava(java);
  // One after the other: two Mavens at the same time can get into each other's way in the local repository.
  const jars = await kafkaJars(options);
  const application = await registryApplication(options);

  const [port = 0, controllerPort = 0, registryPort = 0] = await freePorts(3);
  options.onProgress('Starting a Kafka broker and a schema registry (Java)');
  await using started = new AsyncDisposableStack();
  const starting = [
    brokerService(java, jars, { port, controllerPort }, options.signal).then((service) => started.use(service)),
    registryService(java, application, registryPort).then((service) => started.use(service)),
  ] as const;
  // Both have ended before one's failure is acted on: else the other would start after everything was cleaned up.
  await Promise.allSettled(starting);
  const [broker, registry] = await Promise.all(starting);
  const owned = started.move();
  return {
    broker,
    registry,
    brokers: [`127.0.0.1:${port}`],
    registryUrl: `http://127.0.0.1:${registryPort}${REGISTRY_PATH}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function brokerService(
  java: string,
  jars: string,
  ports: { readonly port: number; readonly controllerPort: number },
  signal: AbortSignal,
): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-broker-'));
  try {
    const properties = {
      ...brokerProperties({ bind: '127.0.0.1', advertised: '127.0.0.1', ...ports }),
      'log.dirs': join(folder, 'data'),
    };
    const file = join(folder, 'server.properties');
    await writeFile(file, asPropertiesFile(properties));
    const run = [
      ...JVM_FLAGS,
      // At `info` the broker prints all its settings, several times: a third of a second, and 700 kB of log.
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-cp',
      join(jars, '*'),
    ];
    const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', CLUSTER_ID, '--config', file];
    await runToEnd({ command: java, args: [...run, ...format], folder, signal });
    return await javaService({ command: java, args: [...run, 'kafka.Kafka', file], folder });
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

async function registryService(java: string, application: string, port: number): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-registry-'));
  try {
    const jar = (await readdir(application)).find((name) => name.endsWith('-runner.jar'));
    if (jar === undefined) {
      throw new Error(`${application} holds no registry; delete the folder and try again`);
    }
    return await javaService({
      command: java,
      args: [...JVM_FLAGS, '-jar', join(application, jar)],
      folder,
      // Storage is an in-memory database unless told otherwise.
      env: { QUARKUS_HTTP_HOST: '127.0.0.1', QUARKUS_HTTP_PORT: String(port), QUARKUS_LOG_LEVEL: 'WARN' },
    });
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** A Java process as a service: stopping it keeps its folder, disposing deletes it. */
async function javaService(options: Parameters<typeof startChild>[0]): Promise<Service> {
  let child: ChildProcess = await startChild(options);
  let wanted = true;
  return {
    async start() {
      if (child.exit !== undefined) child = await startChild(options);
      wanted = true;
    },
    async stop() {
      wanted = false;
      await child.stop();
    },
    async failure() {
      if (!wanted || child.exit === undefined) return undefined;
      const { code, signal } = child.exit;
      return `${signal ?? `exit code ${code}`}\n${await child.logTail()}`;
    },
    async [Symbol.asyncDispose]() {
      await child.stop();
      await removeFolder(options.folder);
    },
  };
}
