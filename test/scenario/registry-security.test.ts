/** Every way that `registry.auth` and `registry.tls` offer, at a real registry behind a proxy that wants them. */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { z } from 'zod';
import { configSchema } from '../../src/config/schema.ts';
import { createRegistryClient, type RegistryClient } from '../../src/registry/client.ts';
import { callmatch } from '../support/callmatch-process.ts';
import { createCertificateAuthority } from '../support/certificate-authority.ts';
import { uniqueName } from '../support/cluster.ts';
import { startRegistryGuard } from '../support/registry-guard.ts';
import { createTemporaryFiles } from '../support/temporary-files.ts';
import type { TestServer } from '../support/test-servers.ts';

type RegistryInput = NonNullable<z.input<typeof configSchema>['registry']>;

const SCHEMA = '{"type":"string"}';
const PASSWORD = 'right-password-of-callmatch';
const TOKEN = 'right-token-of-callmatch';
const PASSPHRASE = 'passphrase-of-the-key';
const WRONG = 'wrong-secret-of-somebody';
const basic = (password: string) => `Basic ${Buffer.from(`callmatch:${password}`).toString('base64')}`;
/** Far above what any failure takes: it is there to tell a hang. */
const FAILS_WITHIN_MS = 15_000;

const authority = createCertificateAuthority('Authority of the test');
const stranger = createCertificateAuthority('Another authority');
const files = createTemporaryFiles();
const ca = files.write('ca.pem', authority.cert);
const otherCa = files.write('other-ca.pem', stranger.cert);
const own = certificateFiles('callmatch', authority.issue('callmatch', { passphrase: PASSPHRASE }));
const foreign = certificateFiles('foreign', stranger.issue('callmatch'));
const tls = { ca, ...own, passphrase: PASSPHRASE };

let guard: TestServer;
let url: string;
beforeAll(async () => {
  const hosts = ['localhost', 'registry.example.com'];
  const allowed = [basic(PASSWORD), `Bearer ${TOKEN}`];
  const forbidden = [basic(`${WRONG}-role`), `Bearer ${WRONG}-role`];
  guard = await startRegistryGuard({ registryUrl: inject('registryUrl'), authority, hosts, allowed, forbidden });
  url = `https://localhost:${guard.port}`;
});
afterAll(async () => {
  await Promise.all([guard, files].map((part) => part?.[Symbol.asyncDispose]()));
});

describe('registers, finds and reads schemas', () => {
  it.each<[string, () => RegistryInput]>([
    ['a password', () => ({ url, tls, auth: { username: 'callmatch', password: PASSWORD } })],
    ['a token', () => ({ url, tls, auth: { token: TOKEN } })],
    [
      'a token, under another name of the registry',
      () => ({ url: guard.origin, tls: { ...tls, serverName: 'registry.example.com' }, auth: { token: TOKEN } }),
    ],
  ])('with %s', async (_, settings) => {
    await using client = await clientOf(settings());
    const subject = uniqueName('secured');
    expect(await client.find(subject, SCHEMA)).toBeUndefined();
    const id = await client.register(subject, SCHEMA);
    await client.setCompatibility(subject, 'FULL_TRANSITIVE');
    expect(await client.find(subject, SCHEMA)).toBe(id);
    expect(await client.schema(id)).toMatchObject({ schemaType: 'AVRO', schema: SCHEMA });
  });
});

describe('is told why the registry does not let it in, and no secret', () => {
  it.each<[string, () => RegistryInput, RegExp]>([
    [
      'a wrong password',
      () => ({ url, tls, auth: { username: 'callmatch', password: WRONG } }),
      / answered 401 to \/.* \(it does not accept registry\.auth\): .*Unauthorized/,
    ],
    [
      'a wrong token',
      () => ({ url, tls, auth: { token: WRONG } }),
      / answered 401 .* \(it does not accept registry\.auth\)/,
    ],
    ['no authentication', () => ({ url, tls }), / answered 401 .* \(it wants authentication: set registry\.auth\)/],
    [
      'a password without rights',
      () => ({ url, tls, auth: { username: 'callmatch', password: `${WRONG}-role` } }),
      / answered 403 .* \(it does not allow this to registry\.auth\): not allowed: Basic \*+$/,
    ],
    [
      'a token without rights',
      () => ({ url, tls, auth: { token: `${WRONG}-role` } }),
      / answered 403 .* \(it does not allow this to registry\.auth\): not allowed: Bearer \*+$/,
    ],
    [
      'no client certificate',
      () => ({ url, tls: { ca }, auth: { token: TOKEN } }),
      /may want a client certificate \(registry\.tls\.cert and registry\.tls\.key\)$/,
    ],
    [
      'a client certificate of another authority',
      () => ({ url, tls: { ca, ...foreign }, auth: { token: TOKEN } }),
      /may not accept the client certificate of registry\.tls\.cert$/,
    ],
    [
      'an authority that the registry is not of',
      () => ({ url, tls: { ...tls, ca: otherCa }, auth: { token: TOKEN } }),
      /: no trusted authority stands behind the certificate of the server \(.*\); set registry\.tls\.ca to its authority$/,
    ],
    ['the built-in authorities', () => ({ url, auth: { token: TOKEN } }), /registry\.tls\.ca/],
    [
      'a name that the registry does not have',
      () => ({ url: guard.origin, tls, auth: { token: TOKEN } }),
      /127\.0\.0\.1.*; set registry\.tls\.serverName if the server is the right one$/,
    ],
    [
      'TLS where there is none',
      () => ({ url: inject('registryUrl').replace('http:', 'https:'), tls: { ca }, auth: { token: TOKEN } }),
      /: the server does not speak TLS, which registry\.tls asks for/,
    ],
  ])('%s', async (_, settings, reason) => {
    const input = settings();
    await using client = await clientOf(input);
    const startedAt = performance.now();
    const error = await client.register(uniqueName('secured'), SCHEMA).catch((thrown: unknown) => thrown);
    expect(performance.now() - startedAt).toBeLessThan(FAILS_WITHIN_MS);
    expect(error).toMatchObject({ code: 'registry-unavailable', message: expect.stringMatching(reason) });
    expectNoSecret(inspect(error, { depth: Number.POSITIVE_INFINITY }));
  });
});

describe('on the command line', () => {
  const register = (env: Record<string, string>) =>
    callmatch(['schemas', 'register'], {
      cwd: files.folder,
      env: {
        CALLMATCH_PORTALS__MAIN__TOKEN: 'sim-main',
        CALLMATCH_OUTPUT__TOPIC: uniqueName('calls.enriched'),
        CALLMATCH_REGISTRY__URL: url,
        CALLMATCH_REGISTRY__TLS__CA: ca,
        CALLMATCH_REGISTRY__TLS__CERT: own.cert,
        CALLMATCH_REGISTRY__TLS__KEY: own.key,
        CALLMATCH_REGISTRY__TLS__PASSPHRASE: PASSPHRASE,
        ...env,
      },
    });

  it('the environment is enough, the token in a file', async () => {
    const registered = await register({ CALLMATCH_REGISTRY__AUTH__TOKEN_FILE: files.write('token', `${TOKEN}\n`) });
    expect(registered.code, registered.err).toBe(0);
  });

  it('a wrong password ends with 3, and is not shown', async () => {
    const refused = await register({
      CALLMATCH_REGISTRY__AUTH__USERNAME: 'callmatch',
      CALLMATCH_REGISTRY__AUTH__PASSWORD: WRONG,
    });
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('answered 401');
    expectNoSecret(refused.out + refused.err);
  });

  it('a wrong passphrase ends with 2 before anything connects', async () => {
    const refused = await register({ CALLMATCH_REGISTRY__TLS__PASSPHRASE: WRONG });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`registry.tls.key: ${own.key} is encrypted, and registry.tls.passphrase is not`);
    expectNoSecret(refused.out + refused.err);
  });
});

function certificateFiles(name: string, { cert, key }: { readonly cert: string; readonly key: string }) {
  return { cert: files.write(`${name}.pem`, cert), key: files.write(`${name}.key`, key) };
}

/** A client of settings as they are written in a file. */
function clientOf(registry: RegistryInput): Promise<RegistryClient> {
  const config = configSchema.parse({ registry, portals: { main: { token: 'sim-main' } } });
  return createRegistryClient(config.registry);
}

function expectNoSecret(text: string): void {
  for (const secret of [PASSWORD, TOKEN, PASSPHRASE, WRONG, basic(WRONG).slice('Basic '.length)]) {
    expect(text).not.toContain(secret);
  }
}
