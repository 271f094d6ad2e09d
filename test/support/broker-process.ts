/** A broker with any properties, beside that of the run, in a process or a container of its own. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { asPropertiesFile } from '../../src/dev/broker-properties.ts';
import { type ChildProcess, removeFolder, runToEnd, startChild } from '../../src/dev/child-process.ts';
import { javaCommand } from '../../src/dev/java-stack.ts';
import { kafkaJars } from '../../src/dev/maven-artifacts.ts';
import { KAFKA_VERSION } from '../../src/dev/service.ts';
import { messageOf } from '../../src/errors.ts';

export interface BrokerSettings {
  /** Its properties without `log.dirs`, when its listeners bind to that address. */
  readonly properties: (bind: string) => Readonly<Record<string, string>>;
  /** Added to the command that formats its storage, which can create SCRAM users. */
  readonly formatArguments: readonly string[];
  /** Ports that must be reachable on the loopback. */
  readonly ports: readonly number[];
}

export interface BrokerProcess extends AsyncDisposable {
  /** Why it is down, with the end of its log; undefined while it runs. */
  failure(): Promise<string | undefined>;
}

/** Any valid id would do: every broker has storage of its own. */
const CLUSTER_ID = 'callmatchSecureBroker0';
const JVM_FLAGS = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const WARNINGS_ONLY = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';

/** Starts it the way the stack of the run was started, else in the first way that works; rejects where none does. */
export async function startBrokerProcess(settings: BrokerSettings): Promise<BrokerProcess> {
  const stackWay = inject('stackWay');
  const failures: string[] = [];
  for (const way of stackWay === 'cluster' ? (['java', 'docker'] as const) : [stackWay]) {
    try {
      return await WAYS[way](settings);
    } catch (error) {
      failures.push(`- ${way}: ${messageOf(error)}`);
    }
  }
  throw new Error(`A broker of one's own needs Docker, or Java 17 with Maven. Tried:\n${failures.join('\n')}`);
}

const WAYS = { java: startWithJava, docker: startWithDocker };

async function startWithJava({ properties, formatArguments }: BrokerSettings): Promise<BrokerProcess> {
  const signal = new AbortController().signal;
  const jars = await kafkaJars({ env: process.env, onProgress: () => {}, signal });
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-broker-'));
  try {
    const file = join(folder, 'server.properties');
    await writeFile(file, asPropertiesFile({ ...properties('127.0.0.1'), 'log.dirs': join(folder, 'data') }));
    const command = javaCommand(process.env);
    const run = [...JVM_FLAGS, WARNINGS_ONLY, '-cp', join(jars, '*')];
    const format = ['format', '--cluster-id', CLUSTER_ID, '--config', file, ...formatArguments];
    await runToEnd({ command, args: [...run, 'kafka.tools.StorageTool', ...format], folder, signal });
    return brokerOf(await startChild({ command, args: [...run, 'kafka.Kafka', file], folder }), () =>
      removeFolder(folder),
    );
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/**
 * Formats and starts the broker instead of what the image would do, which cannot create users. All it is told comes in
 * by the environment: no file has to be shared. It ends by itself in case nobody is left to end it.
 */
const IN_CONTAINER = `
  printf '%s' "$SERVER_PROPERTIES" > /tmp/server.properties
  java -cp '/opt/kafka/libs/*' kafka.tools.StorageTool format --cluster-id "$CLUSTER_ID" \\
    --config /tmp/server.properties "$@" || exit 1
  exec timeout 600 java $JVM_FLAGS -cp '/opt/kafka/libs/*' kafka.Kafka /tmp/server.properties
`;

async function startWithDocker({ properties, formatArguments, ports }: BrokerSettings): Promise<BrokerProcess> {
  // Else it would only be seen that the broker does not get ready.
  await docker('version');
  const name = `callmatch-broker-${randomUUID()}`;
  const folder = await mkdtemp(join(tmpdir(), 'callmatch-broker-'));
  const env = {
    CLUSTER_ID,
    JVM_FLAGS: JVM_FLAGS.join(' '),
    SERVER_PROPERTIES: asPropertiesFile({ ...properties('0.0.0.0'), 'log.dirs': '/tmp/kafka-data' }),
  };
  const container = [
    ...['run', '--rm', '--name', name],
    ...ports.flatMap((port) => ['--publish', `127.0.0.1:${port}:${port}`]),
    ...Object.keys(env).flatMap((variable) => ['--env', variable]),
    ...[`apache/kafka:${KAFKA_VERSION}`, 'sh', '-c', IN_CONTAINER, 'sh', ...formatArguments],
  ];
  const attached = await startChild({ command: 'docker', args: container, folder, env });
  return brokerOf(attached, async () => {
    await docker('rm', '--force', name).catch(() => {});
    await removeFolder(folder);
  });
}

const docker = (...args: string[]) => promisify(execFile)('docker', args);

function brokerOf(child: ChildProcess, cleanUp: () => Promise<void>): BrokerProcess {
  return {
    async failure() {
      return child.exit && `exit code ${child.exit.code}\n${await child.logTail()}`;
    },
    async [Symbol.asyncDispose]() {
      await child.stop();
      await cleanUp();
    },
  };
}
