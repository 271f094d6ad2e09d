/** A folder of portals: one YAML file each, whose name is the portal's. Kubernetes mounts secrets like that. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Origin } from './origin.ts';
import { pathText } from './path.ts';
import type { Problem } from './problem.ts';
import { readYaml, type YamlContent } from './yaml-file.ts';

export interface PortalFiles {
  /** What the files say, by the names of the portals. */
  readonly portals: Readonly<Record<string, unknown>>;
  /** Where each value stands, by its path in the configuration. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly Problem[];
}

/** Not those that begin with a dot: Kubernetes and editors keep their own there. */
const PORTAL_FILE = /^([^.].*)\.ya?ml$/;

/** What was read of each file, by its path: one that has not changed is not taken apart again. */
export type ReadFiles = Map<string, { readonly text: string; readonly content: YamlContent }>;

/** Never throws: what cannot be read is a problem of its portal, or of `portalFiles`. */
export async function readPortalFiles(
  folder: string,
  readText: (file: string) => Promise<string>,
  listFiles: (folder: string) => Promise<readonly string[]> = readdir,
  known: ReadFiles = new Map(),
): Promise<PortalFiles> {
  const portals = new Map<string, unknown>();
  const origins = new Map<string, Origin>();
  const problems: Problem[] = [];
  let names: readonly string[] = [];
  try {
    names = await listFiles(folder);
  } catch (error) {
    problems.push({ place: 'portalFiles', text: `cannot read the folder: ${messageOf(error)}` });
  }
  for (const name of [...names].sort()) {
    const [, portal] = PORTAL_FILE.exec(name) ?? [];
    if (portal === undefined) continue;
    const file = join(folder, name);
    const path = pathText(['portals', portal]);
    if (portals.has(portal)) {
      problems.push({ place: path, text: `has two files, ${file} is one of them` });
      continue;
    }
    try {
      const text = await readText(file);
      const before = known.get(file);
      const content = before?.text === text ? before.content : readYaml(text, file, 'fields such as token:');
      known.set(file, { text, content });
      portals.set(portal, content.input ?? {});
      origins.set(path, { from: 'file', file, line: 1, column: 1 });
      for (const [inner, origin] of content.origins)
        origins.set(path + (inner.startsWith('[') ? inner : `.${inner}`), origin);
      for (const problem of content.problems) problems.push({ ...problem, place: path });
    } catch (error) {
      portals.set(portal, {});
      problems.push({ place: path, text: `cannot read the file ${file}: ${messageOf(error)}` });
    }
  }
  // Not an assignment: a file may be called `__proto__.yaml`, which the schema refuses.
  return { portals: Object.fromEntries(portals), origins, problems };
}
