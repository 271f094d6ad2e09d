/** A Confluent-compatible schema registry over HTTP. Source: Confluent Schema Registry API reference, v7. */
import { Pool } from 'undici';
import type { Config } from '../config/schema.ts';
import { tlsFailure } from '../config/tls-failure.ts';
import { readTlsFiles } from '../config/tls-files.ts';
import { CallmatchError, messageOf } from '../errors.ts';
import { maskText } from '../ops/masking.ts';

export interface RegisteredSchema {
  /** `AVRO`, `PROTOBUF` or `JSON`; the registry leaves the field out for Avro. */
  readonly schemaType: string;
  readonly schema: string;
}

export interface RegisteredVersion extends RegisteredSchema {
  readonly version: number;
}

/** Everything throws `registry-unavailable` when there is no answer, or one that is not of the registry's API. */
export interface RegistryClient extends AsyncDisposable {
  /** The schema of an id (number) or a GUID (string); undefined when the registry does not know it. */
  schema(id: number | string): Promise<RegisteredSchema | undefined>;
  /** The id under which a subject has exactly this schema; undefined when it has not. */
  find(subject: string, schema: string): Promise<number | undefined>;
  /** Registers a version of a subject, or finds it, and returns its id. Throws `schema-missing`. */
  register(subject: string, schema: string): Promise<number>;
  /** Sets the compatibility level of a subject. */
  setCompatibility(subject: string, level: string): Promise<void>;
  /** The compatibility level in force for a subject; undefined when the registry does not tell. */
  compatibility(subject: string): Promise<string | undefined>;
  /** Every version of a subject that is not deleted, the oldest first; none when there is no such subject. */
  versions(subject: string): Promise<readonly RegisteredVersion[]>;
  /** Why the registry would not register a schema as the next version of a subject; undefined when it would. */
  refusal(subject: string, schema: string): Promise<string | undefined>;
}

const TIMEOUT_MS = 10_000;
/** Answers to an id that does not exist, or cannot: all kinds of garbage may stand in front of a value. */
const NO_SUCH_ID = [400, 404, 422];
/** Not compatible with earlier versions, and no schema at all. */
const REFUSED: ReadonlySet<number> = new Set([409, 422]);
const LONGEST_REASON = 300;
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

/** Throws `config-invalid` when a file of `registry.tls` cannot be used. Connects to nothing yet. */
export async function createRegistryClient(config: Config['registry']): Promise<RegistryClient> {
  const base = new URL(config.url);
  const prefix = base.pathname.replace(/\/$/, '');
  const pool = new Pool(base.origin, {
    connections: 4,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    connect: { timeout: TIMEOUT_MS, ...(config.tls && (await readTlsFiles(config.tls, 'registry.tls'))) },
  });
  const authorization = authorizationOf(config.auth);

  const call = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: object) => {
    try {
      const response = await pool.request({
        method,
        path: prefix + path,
        headers: { accept: CONTENT_TYPE, 'content-type': CONTENT_TYPE, ...(authorization && { authorization }) },
        body: body === undefined ? null : JSON.stringify(body),
      });
      return { status: response.statusCode, body: await response.body.text() };
    } catch (error) {
      const message = messageOf(error);
      const reason = base.protocol === 'https:' ? tlsFailure(message, config.tls, 'registry.tls') : undefined;
      throw new CallmatchError('registry-unavailable', `${config.url}: ${reason ?? message}`, { cause: error });
    }
  };

  /** The parsed body of a 200; undefined for a status in `absent`, which says that there is no such thing. */
  const ask = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: object, absent: readonly number[] = []) => {
    const answer = await call(method, path, body);
    if (absent.includes(answer.status)) return undefined;
    if (answer.status !== 200) throw unexpected(config, path, answer);
    return parsed(config.url, answer.body);
  };

  return {
    async schema(id) {
      const path = typeof id === 'number' ? `/schemas/ids/${id}` : `/schemas/guids/${encodeURIComponent(id)}`;
      const found = await ask('GET', path, undefined, NO_SUCH_ID);
      if (found === undefined) return undefined;
      if (typeof found.schema !== 'string') throw strange(config.url);
      return { schemaType: String(found.schemaType ?? 'AVRO'), schema: found.schema };
    },
    async find(subject, schema) {
      const found = await ask('POST', `/subjects/${encodeURIComponent(subject)}`, { schema }, [404]);
      return found && idOf(config.url, found);
    },
    async register(subject, schema) {
      const registered = await ask('POST', `/subjects/${encodeURIComponent(subject)}/versions`, { schema });
      return idOf(config.url, registered);
    },
    async setCompatibility(subject, level) {
      await ask('PUT', `/config/${encodeURIComponent(subject)}`, { compatibility: level });
    },
    async compatibility(subject) {
      const path = `/config/${encodeURIComponent(subject)}?defaultToGlobal=true`;
      const found = await ask('GET', path, undefined, [404]);
      return typeof found?.compatibilityLevel === 'string' ? found.compatibilityLevel : undefined;
    },
    async versions(subject) {
      const path = `/subjects/${encodeURIComponent(subject)}/versions`;
      const versions: RegisteredVersion[] = [];
      for (const version of Object.values((await ask('GET', path, undefined, [404])) ?? {})) {
        // One that was deleted since is no version any more.
        const found = await ask('GET', `${path}/${Number(version)}`, undefined, [404]);
        if (found === undefined) continue;
        if (typeof found.schema !== 'string') throw strange(config.url);
        const schemaType = String(found.schemaType ?? 'AVRO');
        versions.push({ version: Number(version), schemaType, schema: found.schema });
      }
      return versions;
    },
    async refusal(subject, schema) {
      const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions?verbose=true`;
      const found = await ask('POST', path, { schema }, [404]);
      if (found === undefined || found.is_compatible === true) return undefined;
      return String(found.messages ?? 'it does not say why').slice(0, LONGEST_REASON);
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

function unexpected(
  { url, auth }: Config['registry'],
  path: string,
  answer: { status: number; body: string },
): CallmatchError {
  const code = REFUSED.has(answer.status) ? 'schema-missing' : 'registry-unavailable';
  const hint = authenticationHint(answer.status, auth);
  // Some proxies send back what they were sent.
  const body = maskText(answer.body, secretsOf(auth)).slice(0, LONGEST_REASON);
  return new CallmatchError(code, `${url} answered ${answer.status} to ${path}${hint}: ${body}`);
}

function authenticationHint(status: number, auth: Config['registry']['auth']): string {
  if (status !== 401 && status !== 403) return '';
  if (auth === undefined) return ' (it wants authentication: set registry.auth)';
  return status === 401 ? ' (it does not accept registry.auth)' : ' (it does not allow this to registry.auth)';
}

function idOf(url: string, found: Record<string, unknown> | undefined): number {
  if (typeof found?.id !== 'number' || !Number.isInteger(found.id)) throw strange(url);
  return found.id;
}

function strange(url: string): CallmatchError {
  return new CallmatchError('registry-unavailable', `${url} answered something that is not the registry's API`);
}

function parsed(url: string, body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value));
  } catch {
    // Falls through: an HTML page of a proxy is no answer either.
  }
  throw strange(url);
}

function authorizationOf(auth: Config['registry']['auth']): string | undefined {
  if (auth === undefined) return undefined;
  return 'token' in auth ? `Bearer ${auth.token}` : `Basic ${basicCredentials(auth)}`;
}

function secretsOf(auth: Config['registry']['auth']): string[] {
  if (auth === undefined) return [];
  return 'token' in auth ? [auth.token] : [auth.password, basicCredentials(auth)];
}

function basicCredentials({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}
