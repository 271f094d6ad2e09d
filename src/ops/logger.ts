/** The log of the process: JSON lines for machines, coloured lines for people. No secret and no phone number passes. */
import type { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { KnownSecrets } from './known-secrets.ts';
import { MASK, maskText } from './masking.ts';

export interface LogSettings {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** `auto`: pretty when the destination is a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** A stream that lines are written to; a terminal says that it is one, and whether it has colours. */
export type LogDestination = Writable & { readonly isTTY?: boolean; hasColors?(): boolean };

export interface LogOptions {
  /** stdout (the default) for a service; stderr for a command whose stdout is its result. */
  readonly destination?: LogDestination;
  /** Values that must not appear in any line. */
  readonly secrets?: KnownSecrets;
}

/** Fields whose value is a secret by their name, wherever a log call puts them at the top or one level down. */
const SECRET_FIELDS = [
  'token',
  'accessToken',
  'refreshToken',
  'clientSecret',
  'password',
  'passphrase',
  'authorization',
];

/**
 * Fields are redacted by name first; then every finished line goes through `maskText`, because a secret may also be
 * part of a text, such as the message of somebody else's error.
 */
export function createLogger(
  { level, format }: LogSettings,
  { destination = process.stdout, secrets }: LogOptions = {},
): Logger {
  const pretty = format === 'pretty' || (format === 'auto' && destination.isTTY === true);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: MASK },
      hooks: { streamWrite: (line) => maskText(secrets?.mask(line) ?? line) },
    },
    pretty ? prettyStream(destination) : destination,
  );
}

/** In this process, not in a worker: a crash loses no line. */
function prettyStream(destination: LogDestination) {
  return PinoPretty({
    destination,
    // Node's own rule: a terminal that can, and no NO_COLOR.
    colorize: destination.hasColors?.() === true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
  });
}
