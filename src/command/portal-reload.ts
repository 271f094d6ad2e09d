/** Keeps the list of portals of a running service current: on SIGHUP, and whenever their files change. */
import type { Clock } from '../clock.ts';
import { watchFolder } from '../config/folder-watch.ts';
import type { ConfigRequest, LoadedConfig } from '../config/load.ts';
import { problemLine } from '../config/problem.ts';
import { reloadConfig } from '../config/reload.ts';
import { secretsOf } from '../config/secrets.ts';
import { messageOf } from '../errors.ts';
import type { KnownSecrets } from '../ops/known-secrets.ts';
import type { Telemetry } from '../ops/telemetry.ts';
import type { Processor } from '../processor.ts';

/** The part of `process` that is needed. */
export interface HangUpSource {
  on(signal: 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGHUP', listener: () => void): unknown;
}

/**
 * Takes SIGHUP before the service can reload, and when it stops: it would end the process. `hasCome` tells of one that
 * came so far.
 */
export function holdHangUps(signals: HangUpSource = process): Disposable & { readonly hasCome: boolean } {
  let hasCome = false;
  const note = () => {
    hasCome = true;
  };
  signals.on('SIGHUP', note);
  return {
    get hasCome() {
      return hasCome;
    },
    [Symbol.dispose]: () => void signals.off('SIGHUP', note),
  };
}

export interface ReloadParts {
  readonly request: ConfigRequest;
  /** What the service was started with. */
  readonly loaded: LoadedConfig;
  readonly processor: Pick<Processor, 'updatePortals'>;
  readonly telemetry: Pick<Telemetry, 'happened'>;
  /** Learns the new ones before anything can use them. */
  readonly secrets: KnownSecrets;
  readonly clock: Clock;
  readonly signals?: HangUpSource;
}

export interface PortalReload extends Disposable {
  /** Reads everything again; one reading at a time, and one more for all that came meanwhile. Never rejects. */
  reload(): Promise<void>;
}

export function keepPortalsCurrent(parts: ReloadParts): PortalReload {
  const { telemetry, signals = process } = parts;
  let { loaded } = parts;
  let isOver = false;
  let running: Promise<void> | undefined;
  let isAskedAgain = false;

  const readAgain = async () => {
    try {
      const { loaded: next, problems } = await reloadConfig(parts.request, loaded);
      if (isOver) return;
      parts.secrets.add(secretsOf(next.config));
      const { added, changed, removed } = parts.processor.updatePortals(next.config.portals);
      loaded = next;
      for (const problem of problems) telemetry.happened('portalKept', { reason: problemLine(problem) });
      if (added.length + changed.length + removed.length === 0) return;
      telemetry.happened('portalsReloaded', { added: named(added), changed: named(changed), removed: named(removed) });
    } catch (error) {
      telemetry.happened('reloadFailed', { reason: messageOf(error) });
    }
  };

  const reload = (): Promise<void> => {
    isAskedAgain = running !== undefined;
    running ??= (async () => {
      do {
        isAskedAgain = false;
        await readAgain();
      } while (isAskedAgain && !isOver);
      running = undefined;
    })();
    return running;
  };

  const onSignal = () => void reload();
  signals.on('SIGHUP', onSignal);
  const { portalFiles } = loaded.config;
  const watch = portalFiles === undefined ? undefined : watchFolder(portalFiles, parts.clock, onSignal);
  return {
    reload,
    [Symbol.dispose]() {
      isOver = true;
      signals.off('SIGHUP', onSignal);
      watch?.[Symbol.dispose]();
    },
  };
}

const MOST_NAMED = 20;

/** In a log line; of thousands only how many more. */
function named(portals: readonly string[]): string {
  const more = portals.length - MOST_NAMED;
  return more > 0 ? `${portals.slice(0, MOST_NAMED).join(', ')} and ${more} more` : portals.join(', ') || 'none';
}
