/** SIGTERM and SIGINT for commands that run until they are told to stop. */
import { type Clock, systemClock } from '../clock.ts';
import { CommandEnd } from './exit-code.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** npm passes on a Ctrl-C that the terminal has sent to its children as well: signals this close are one. */
const SAME_SIGNAL_MS = 250;

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: (typeof SIGNALS)[number], listener: () => void): unknown;
  off(signal: (typeof SIGNALS)[number], listener: () => void): unknown;
}

export interface StopSignal extends Disposable {
  /** Aborts at the first signal: stop reading, drain, commit, leave. */
  readonly signal: AbortSignal;
}

/**
 * Listens until it is disposed. A second signal ends the process at once with code 130: the exception that is thrown
 * here has no catcher but that of `cli.ts`, which alone ends the process.
 */
export function listenForStop(source: SignalSource = process, clock: Pick<Clock, 'now'> = systemClock): StopSignal {
  const stop = new AbortController();
  let first = Number.POSITIVE_INFINITY;
  const onSignal = () => {
    if (stop.signal.aborted && clock.now() - first >= SAME_SIGNAL_MS) throw new CommandEnd('secondSignal');
    first = Math.min(first, clock.now());
    stop.abort();
  };
  for (const signal of SIGNALS) source.on(signal, onSignal);
  return {
    signal: stop.signal,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) source.off(signal, onSignal);
    },
  };
}
