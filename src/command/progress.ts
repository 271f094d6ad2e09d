/** Tells a person how far something has come that takes long. On stderr, so that stdout stays the result. */
import { type Clock, systemClock } from '../clock.ts';

/** Where the progress goes; a terminal says that it is one. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly stream: ProgressStream;
  /** With `--json` nobody reads along. Default false. */
  readonly silent?: boolean;
  readonly clock?: Clock;
}

export interface Progress extends Disposable {
  /** One step is reached: a line that stays. */
  step(text: string): void;
  /** How far it is by now. A terminal shows it on one line, rewritten; elsewhere a line now and then. */
  update(text: string): void;
  /** Nothing more comes: takes the rewritten line away, or writes what was left out last. */
  done(): void;
}

const TERMINAL_PAUSE_MS = 100;
/** In a log file, of which nobody wants thousands of lines. */
const PLAIN_PAUSE_MS = 10_000;
/** Back to the start of the line, and clear it. */
const CLEAR_LINE = '\r\u001b[K';

export function createProgress({ stream, silent = false, clock = systemClock }: ProgressOptions): Progress {
  const terminal = stream.isTTY === true;
  const write = (text: string) => void (silent || stream.write(text));
  let shownAt = Number.NEGATIVE_INFINITY;
  /** The latest text that is not written yet. */
  let pending: string | undefined;
  /** Whether the last line of the terminal is one to be rewritten. */
  let open = false;

  const show = (text: string) => {
    shownAt = clock.now();
    pending = undefined;
    open = terminal;
    // A line that wraps could not be rewritten.
    write(terminal ? CLEAR_LINE + text.slice(0, Math.max(1, (stream.columns ?? 80) - 1)) : `${text}\n`);
  };
  const clear = () => {
    if (open) write(CLEAR_LINE);
    open = false;
  };
  const progress = {
    step(text: string) {
      clear();
      write(`${text}\n`);
    },
    update(text: string) {
      pending = text;
      if (clock.now() - shownAt >= (terminal ? TERMINAL_PAUSE_MS : PLAIN_PAUSE_MS)) show(text);
    },
    done() {
      if (!terminal && pending !== undefined) show(pending);
      pending = undefined;
      clear();
    },
  };
  return { ...progress, [Symbol.dispose]: progress.done };
}
