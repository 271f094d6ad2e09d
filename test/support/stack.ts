/** Global set-up of the scenario suite: one broker and one registry, and a search of all logs at the end (P10). */
import type { TestProject } from 'vitest/node';
import { type StackWay, startStack } from '../../src/dev/stack.ts';
import { searchLogs } from './collected-logs.ts';
import { createTemporaryFiles } from './temporary-files.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly brokers: string[];
    readonly registryUrl: string;
    readonly stackWay: StackWay;
    /** Id of the broker's container when the stack runs in Docker; else empty. */
    readonly brokerContainer: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startStack({ onProgress: (text) => project.vitest.logger.log(`[stack] ${text}`) });
  project.provide('brokers', [...stack.brokers]);
  project.provide('registryUrl', stack.registryUrl);
  project.provide('stackWay', stack.way);
  project.provide('brokerContainer', stack.brokerContainer ?? '');
  const collected = createTemporaryFiles();
  project.provide('logFolder', collected.folder);
  return async () => {
    await stack[Symbol.asyncDispose]();
    await using _ = collected;
    const { logs, lines, leaks } = searchLogs(collected.folder);
    project.vitest.logger.log(
      `[logs] ${lines} lines of ${logs} logs searched, ${leaks.length} show what they must not`,
    );
    // Fails the run: `test/run.ts` counts it.
    if (leaks.length > 0) throw new Error(`secrets or phone numbers in the logs:\n${leaks.slice(0, 20).join('\n')}`);
  };
}
