/** Instances of `callmatch run`, each a process that can be killed, frozen and ended, and is replaced when it ends by itself. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, wait } from '../../src/clock.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import { type ChildProcess, type Exit, startChild } from '../../src/dev/child-process.ts';

/** As package.json and the image start it. */
const LAUNCHER = fileURLToPath(new URL('../../bin/callmatch.js', import.meta.url));
/** Pause before an instance that ended by itself is started again, as an orchestrator makes one. */
const RESTART_MS = 1_000;
/** Time to end after SIGTERM, as Kubernetes gives it. */
const GRACE_MS = 30_000;

export interface FleetSettings {
  /** Holds a folder for each instance, with its configuration and its log. */
  readonly folder: string;
  readonly config: (clientId: string) => ConfigInput;
  readonly clock: Clock;
  /** An instance ended though nobody asked it to; `ending` is its exit code or the signal. It is started again later. */
  readonly onExit: (clientId: string, ending: string) => Promise<void>;
}

export class Fleet implements AsyncDisposable {
  readonly #settings: FleetSettings;
  readonly #instances = new Map<number, Instance>();

  constructor(settings: FleetSettings) {
    this.#settings = settings;
  }

  /** The instance of this number; it is not started yet when it is asked for the first time. */
  instance(number: number): Instance {
    let instance = this.#instances.get(number);
    if (instance === undefined) {
      instance = new Instance(`callmatch-${number}`, this.#settings);
      this.#instances.set(number, instance);
    }
    return instance;
  }

  /** All of them get SIGTERM. @returns how each one ended that was still running. */
  async leave(): Promise<Exit[]> {
    const exits = await Promise.all([...this.#instances.values()].map((instance) => instance.leave()));
    return exits.filter((exit) => exit !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#instances.values()].map((instance) => instance.kill()));
  }
}

export class Instance {
  /** Its name at the broker. */
  readonly clientId: string;
  readonly #settings: FleetSettings;
  #child: ChildProcess | undefined;
  #isWanted = false;
  /** One start at a time: a second process of an instance would have nobody to end it. */
  #starting: Promise<void> = Promise.resolve();

  constructor(clientId: string, settings: FleetSettings) {
    this.clientId = clientId;
    this.#settings = settings;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exit === undefined;
  }

  async start(): Promise<void> {
    this.#isWanted = true;
    await this.#startOnce();
  }

  /** SIGKILL. Resolves when it is dead. */
  async kill(): Promise<void> {
    this.#isWanted = false;
    await this.#starting;
    this.#child?.signal('SIGKILL');
    await this.#child?.exited;
  }

  freeze(): void {
    this.#child?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#child?.signal('SIGCONT');
  }

  /** SIGTERM. Resolves when it has ended; undefined when it had before. */
  async leave(): Promise<Exit | undefined> {
    this.#isWanted = false;
    await this.#starting;
    if (!this.isRunning) return undefined;
    await this.#child?.stop(GRACE_MS);
    return this.#child?.exit;
  }

  #startOnce(): Promise<void> {
    this.#starting = this.#starting.then(() => (this.#isWanted && !this.isRunning ? this.#spawn() : undefined));
    return this.#starting;
  }

  async #spawn(): Promise<void> {
    const { config, clock, onExit } = this.#settings;
    const folder = join(this.#settings.folder, this.clientId);
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'callmatch.yaml');
    // JSON is YAML.
    await writeFile(file, JSON.stringify(config(this.clientId)));
    const args = [LAUNCHER, 'run', '--config', file];
    const child = await startChild({ command: process.execPath, args, folder });
    this.#child = child;
    void child.exited.then(async (exit) => {
      if (!this.#isWanted) return;
      await onExit(this.clientId, String(exit.signal ?? exit.code));
      await wait(clock, RESTART_MS);
      await this.#startOnce();
    });
  }
}
