/** The Java producer and consumer that ship with Kafka: independent witnesses of what is on the wire. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import { javaCommand } from '../../src/dev/java-stack.ts';
import { kafkaJars } from '../../src/dev/maven-artifacts.ts';

/** Text of a header, key or value that the Java producer writes as null. */
export const NULL = '<null>';

export interface JavaProduceOptions {
  /** Bytes of a batch before compression. Default: 2 MB. */
  readonly batchBytes?: number;
  /** What a line is: a value (default), or headers (`a:1,b:2`), a tab and a value. */
  readonly form?: 'value' | 'headers';
}

/** Produces one record per line with the real Java producer. */
export async function javaProduce(
  topic: string,
  lines: readonly string[],
  codec: string,
  { batchBytes = 2_000_000, form = 'value' }: JavaProduceOptions = {},
): Promise<void> {
  await runTool(
    'org.apache.kafka.tools.ConsoleProducer',
    [
      ...['--topic', topic, '--compression-codec', codec],
      // Large blocks on purpose: a batch is sent when it is full, or at the end of the input, but not after a time.
      ...['--max-partition-memory-bytes', String(batchBytes), '--timeout', '60000'],
      ...(form === 'headers' ? ['--property', 'parse.headers=true', '--property', `null.marker=${NULL}`] : []),
    ],
    lines.map((line) => `${line}\n`).join(''),
  );
}

/** Reads that many records from the beginning with the real Java consumer. */
export async function javaConsume(topic: string, count: number): Promise<string[]> {
  const output = await runTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
    ...['--topic', topic, '--from-beginning', '--max-messages', String(count), '--timeout-ms', '20000'],
  ]);
  return output.trimEnd().split('\n');
}

/**
 * Runs a tool of Kafka's: in the broker's container where the stack runs in Docker, else with the jars of the Java way.
 * Rejects, and so fails the test, where there is neither.
 */
async function runTool(mainClass: string, args: readonly string[], input = ''): Promise<string> {
  const [command, ...before] = await toolCommand();
  const tool = spawn(command, [...before, mainClass, '--bootstrap-server', inject('brokers').join(), ...args]);
  tool.stdin.end(input);
  const exited = new Promise<number | null>((resolve, reject) => {
    tool.once('error', (error) => reject(new Error(`this test needs Java with Maven, or Docker: ${error.message}`)));
    tool.once('exit', resolve);
  });
  const [output, complaints, code] = await Promise.all([text(tool.stdout), text(tool.stderr), exited]);
  if (code !== 0) throw new Error(`${mainClass} ended with code ${code}: ${complaints}`);
  return output;
}

async function toolCommand(): Promise<readonly [string, ...string[]]> {
  if (inject('stackWay') === 'docker') {
    return ['docker', 'exec', '--interactive', inject('brokerContainer'), 'java', '-cp', '/opt/kafka/libs/*'];
  }
  const jars = await kafkaJars({ env: process.env, onProgress: () => {}, signal: AbortSignal.timeout(300_000) });
  return [javaCommand(process.env), '-XX:TieredStopAtLevel=1', '-cp', join(jars, '*')];
}
