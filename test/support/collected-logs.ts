/**
 * All that callmatch writes in the scenario suite, of every processor and every process, in files that are searched at
 * the end of the run (P10): for each secret that any of them was given, and for phone numbers.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import type { Logger } from 'pino';
import { inject } from 'vitest';
import type { Exchange } from '../../src/crm/request-path.ts';
import { createKnownSecrets } from '../../src/ops/known-secrets.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { MASK } from '../../src/ops/masking.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the logs are collected; only the scenario suite has it. */
    readonly logFolder: string;
  }
}

const SECRETS_FILE = 'secrets';
/** Shorter ones are no secrets, and stand in any line by chance. The logger passes over them as well. */
const SHORTEST_SECRET = 6;
/** E.164 with all its digits, plain or in a URL. What is masked has no seven digits in a row. */
const PHONE_NUMBER = /(?:\+|%2B)\d{7,15}/i;

/** A logger as `callmatch run` has it, at its most talkative, into the collection. */
export function collectedLogger(secrets: readonly string[] = []): Logger {
  const collect = openCollection(secrets);
  const known = createKnownSecrets(MASK);
  known.add(secrets);
  const destination = new Writable({
    write(chunk, _encoding, done) {
      collect(String(chunk));
      done();
    },
    final(done) {
      collect.close();
      done();
    },
  });
  return createLogger({ level: 'trace', format: 'json' }, { destination, secrets: known });
}

/** Collects what a process writes. @param secrets what it was given and must not show */
export function collectOutput(streams: readonly Readable[], secrets: readonly string[] = []): void {
  const collect = openCollection(secrets);
  for (const stream of streams) stream.on('data', (chunk: Buffer) => collect(chunk.toString()));
}

/** Collects a text that was written. */
export function collectText(text: string, secrets: readonly string[] = []): void {
  const collect = openCollection(secrets);
  collect(text);
  collect.close();
}

/** What a token endpoint was given and gave, for the search. */
export function collectTokens({ endpoint, body, answer }: Exchange): void {
  if (endpoint !== 'token') return;
  const asked = new URLSearchParams(body);
  const given: Record<string, unknown> =
    typeof answer === 'string' || answer.status !== 200 || answer.body === '' ? {} : JSON.parse(answer.body);
  const all = ['refresh_token', 'client_secret'].map((name): unknown => asked.get(name));
  const secrets = [...all, given.access_token, given.refresh_token].filter((value) => typeof value === 'string');
  noteSecrets(secrets);
}

/** The secrets among variables of the environment, by their names. */
export function secretsIn(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && /(TOKEN|SECRET|PASSWORD|PASSPHRASE)$/.test(name) ? [value] : [],
  );
}

interface Collection {
  (text: string): void;
  close(): void;
}

function openCollection(secrets: readonly string[]): Collection {
  const folder = folderOfRun();
  if (folder === undefined) return Object.assign(() => {}, { close() {} });
  noteSecrets(secrets);
  // At once and not in a stream: what a crash writes last counts most.
  const file = openSync(join(folder, `${randomUUID()}.log`), 'a');
  return Object.assign((text: string) => void writeSync(file, text), { close: () => closeSync(file) });
}

function noteSecrets(secrets: readonly string[]): void {
  const folder = folderOfRun();
  if (folder !== undefined) appendFileSync(join(folder, SECRETS_FILE), `${JSON.stringify(secrets)}\n`);
}

/** Undefined outside the scenario suite, whatever the type of `inject` says. */
const folderOfRun = (): string | undefined => inject('logFolder');

export interface SearchedLogs {
  readonly logs: number;
  readonly lines: number;
  /** The lines that show what they must not, and what that is. */
  readonly leaks: readonly string[];
}

/** Searches what was collected in a folder. */
export function searchLogs(folder: string): SearchedLogs {
  const names = readdirSync(folder);
  const secrets = names.includes(SECRETS_FILE)
    ? readFileSync(join(folder, SECRETS_FILE), 'utf8')
        .trimEnd()
        .split('\n')
        .flatMap((line): string[] => JSON.parse(line))
    : [];
  const forms = new Set(secrets.filter(({ length }) => length >= SHORTEST_SECRET).flatMap(formsOf));
  const logs = names.filter((name) => name.endsWith('.log'));
  const lines = logs.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  const leaks = lines.flatMap((line) => {
    const secret = [...forms].find((form) => line.includes(form));
    const found = secret ?? PHONE_NUMBER.exec(line)?.[0];
    return found === undefined ? [] : [`${found} in: ${line}`];
  });
  return { logs: logs.length, lines: lines.length, leaks };
}

/** As it stands, within JSON, and as in a `Basic` header. */
const formsOf = (secret: string) => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];
