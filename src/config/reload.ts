/** Loads the configuration again while the service runs: a mistake must not take away what works. */
import { type ConfigRequest, checkConfig, type LoadedConfig, loadedConfig, type Reading, readConfig } from './load.ts';
import { valueAt, withValueAt } from './path.ts';
import { configInvalid, type Problem } from './problem.ts';

export interface Reloaded {
  readonly loaded: LoadedConfig;
  /** Mistakes in single portals. Each of them is as it was; one that is new is left out. */
  readonly problems: readonly Problem[];
}

/**
 * @param last what is in force
 * Throws `config-invalid` when something else than single portals is wrong: then nothing of it can be used.
 */
export async function reloadConfig(request: ConfigRequest, last: LoadedConfig): Promise<Reloaded> {
  let reading = await readConfig(request);
  const { note } = reading;
  const told: Problem[] = [];
  const broken = new Set<string>();
  for (;;) {
    const { config, problems } = checkConfig(reading);
    if (config !== undefined && problems.length === 0) return { loaded: loadedConfig(config, reading), problems: told };
    told.push(...problems);
    const { size } = broken;
    for (const problem of problems) {
      const portal = portalOf(problem);
      if (portal === undefined) throw configInvalid(told, note);
      broken.add(portal);
    }
    // As they were they do not go with the others: two portals with one number, for example.
    if (broken.size === size) throw configInvalid(told, note);
    // What holds between portals is checked once each of them is right in itself, so this may go round again.
    reading = withoutBroken(reading, broken, last);
  }
}

/** The portal that the problem lies in. */
function portalOf({ place }: Problem): string | undefined {
  return /^portals\.([\w-]+)/.exec(place)?.[1];
}

function withoutBroken(reading: Reading, broken: ReadonlySet<string>, last: LoadedConfig): Reading {
  const found = valueAt(reading.input, ['portals']);
  const portals = Object.entries(typeof found === 'object' && found !== null ? found : {}).flatMap(([name, portal]) => {
    if (!broken.has(name)) return [[name, portal]];
    const before = valueAt(last.input, ['portals', name]);
    return before === undefined ? [] : [[name, before]];
  });
  const input = withValueAt(reading.input, ['portals'], Object.fromEntries(portals), () => undefined);
  return { ...reading, input, problems: [] };
}
