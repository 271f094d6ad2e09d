/**
 * Classes and functions of kafkajs that it does not show. kafkajs 2.2.4 is no longer maintained, so its faults are cured from outside,
 * by replacing the one method at fault; and its files will not change any more. Whether they are still those files is
 * checked all the same.
 */
import { createRequire } from 'node:module';
import { CallmatchError } from '../errors.ts';

/** Loads a module by its path in the package. */
export type LoadModule = (path: string) => unknown;

const loadInstalled: LoadModule = createRequire(import.meta.url);

/**
 * The prototype of the class that a module of kafkajs exports.
 * @param methods what it must have
 * @throws {CallmatchError} `dependency-missing` when this kafkajs has no such class
 */
export function kafkajsPrototype<Prototype extends object>(
  module: string,
  methods: readonly (keyof Prototype & string)[],
  load?: LoadModule,
): Prototype {
  // The methods are there; kafkajs has no types for what it does not show.
  const isClass = (loaded: unknown): loaded is { readonly prototype: Prototype } =>
    typeof loaded === 'function' && hasMethods(loaded.prototype, methods);
  return kafkajsExport(module, isClass, `with ${methods.join(' and ')}`, load).prototype;
}

/**
 * What else a module of kafkajs exports.
 * @param isPart whether it is what is wanted, `what` in words
 * @throws {CallmatchError} `dependency-missing` when this kafkajs has no such module, or it exports something else
 */
export function kafkajsExport<Part>(
  module: string,
  isPart: (loaded: unknown) => loaded is Part,
  what: string,
  load: LoadModule = loadInstalled,
): Part {
  let loaded: unknown;
  try {
    loaded = load(`kafkajs/src/${module}.js`);
  } catch (error) {
    throw unfit(`${module} ${what}`, error);
  }
  if (!isPart(loaded)) throw unfit(`${module} ${what}`);
  return loaded;
}

export function hasMethods(value: unknown, names: readonly string[]): value is object {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function');
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** `dependency-missing`. @param part what is missing, in words */
export function unfit(part: string, cause?: unknown): CallmatchError {
  const message = `the installed kafkajs has no ${part}, as version 2.2.4 has`;
  return new CallmatchError('dependency-missing', message, { cause });
}
