/** Where each value of the configuration came from. */
import { type Path, pathText, valueAt } from './path.ts';

export type Origin =
  | { readonly from: 'file'; readonly file: string; readonly line: number; readonly column: number }
  /** `file`: the secret was read from this file, which the variable `…_FILE` names. */
  | { readonly from: 'environment'; readonly variable: string; readonly file?: string }
  | { readonly from: 'flag'; readonly flag: string }
  | { readonly from: 'default' };

/** One value that a variable or a flag sets. */
export interface Assignment {
  readonly path: Path;
  readonly value: unknown;
  readonly origin: Origin;
}

/** Origins by path, sections included. */
export type Origins = ReadonlyMap<string, Origin>;

/** `callmatch.yaml:3:7`, `CALLMATCH_KAFKA__BROKERS`, `--set kafka.brokers`, `default`. */
export function originText(origin: Origin): string {
  switch (origin.from) {
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'environment':
      return origin.file === undefined ? origin.variable : `${origin.variable} (${origin.file})`;
    case 'flag':
      return origin.flag;
    case 'default':
      return 'default';
  }
}

/** Origin of the value at a path: its own, else that of the section it came with, else `default`. */
export function originAt(origins: Origins, input: unknown, path: Path): Origin {
  if (valueAt(input, path) === undefined) return { from: 'default' };
  return nearestOrigin(origins, path) ?? { from: 'default' };
}

/** Origin of the innermost section around a path that was written down somewhere. */
export function nearestOrigin(origins: Origins, path: Path): Origin | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = origins.get(pathText(path.slice(0, length)));
    if (origin) return origin;
  }
  return undefined;
}
