/**
 * Classes of kafkajs that it does not show. kafkajs 2.2.4 is no longer maintained, so its faults are cured from outside,
 * by replacing the one method at fault; and its files will not change any more. Whether they are still those files is
 * checked all the same.
 */
import { createRequire } from 'node:module';
import { CallmatchError } from '../errors.ts';

/** Loads a module by its path in the package. */
export type LoadModule = (path: string) => unknown;

/**
 * The prototype of the class that a module of kafkajs exports.
 * @param methods what it must have
 * @throws {CallmatchError} `dependency-missing` when this kafkajs has no such class
 */
export function kafkajsPrototype<Prototype extends object>(
  module: string,
  methods: readonly (keyof Prototype & string)[],
  load: LoadModule = createRequire(import.meta.url),
): Prototype {
  let loaded: unknown;
  try {
    loaded = load(`kafkajs/src/${module}.js`);
  } catch (error) {
    throw unfit(module, methods, error);
  }
  const prototype: unknown = typeof loaded === 'function' ? loaded.prototype : undefined;
  const has = (name: string) =>
    typeof prototype === 'object' && prototype !== null && typeof Reflect.get(prototype, name) === 'function';
  if (!methods.every(has)) throw unfit(module, methods);
  // The methods are there; kafkajs has no types for what it does not show.
  return prototype as Prototype;
}

function unfit(module: string, methods: readonly string[], cause?: unknown): CallmatchError {
  const message = `the installed kafkajs has no ${module} with ${methods.join(' and ')}, as version 2.2.4 has`;
  return new CallmatchError('dependency-missing', message, { cause });
}
