/** Global set-up of the scenario suite: one broker and one registry for the whole run. */
import type { TestProject } from 'vitest/node';
import { type StackWay, startStack } from '../../src/dev/stack.ts';

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
  return async () => stack[Symbol.asyncDispose]();
}
