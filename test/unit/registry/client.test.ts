import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistryClient, type RegistryClient } from '../../../src/registry/client.ts';
import { GUID, registryApi } from '../../support/registry-api.ts';
import { selfSignedCertificate } from '../../support/self-signed-certificate.ts';
import {
  type ReceivedRequest,
  received,
  refusedPort,
  startHttpServer,
  startTlsServer,
  type TestServer,
} from '../../support/test-servers.ts';

const SCHEMA = '{"type":"string"}';

describe('RegistryClient', () => {
  let server: TestServer;
  let client: RegistryClient;
  let requests: ReceivedRequest[];
  let api: ReturnType<typeof registryApi>;
  /** What the server answers instead of the API. */
  let instead: { status: number; body: string } | 'reset' | undefined;

  beforeEach(async () => {
    requests = [];
    instead = undefined;
    api = registryApi();
    server = await startHttpServer(async (incoming, response) => {
      const request = await received(incoming);
      requests.push(request);
      if (instead === 'reset') return void incoming.socket.resetAndDestroy();
      const { status, body } = instead ?? api.answer(request);
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    client = await createRegistryClient({ url: server.origin });
  });
  afterEach(async () => {
    await client[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('registers a schema, finds it, and gives it by id', async () => {
    expect(await client.find('calls.enriched-value', SCHEMA)).toBeUndefined();
    const id = await client.register('calls.enriched-value', SCHEMA);
    expect(await client.find('calls.enriched-value', SCHEMA)).toBe(id);
    expect(await client.register('calls.enriched-value', SCHEMA)).toBe(id);
    expect(await client.find('calls.enriched-value', '"int"')).toBeUndefined();
    expect(await client.schema(id)).toEqual({ schemaType: 'AVRO', schema: SCHEMA });
  });

  it('gives a schema by GUID', async () => {
    expect(await client.schema(GUID)).toEqual({ schemaType: 'AVRO', schema: SCHEMA });
    expect(requests[0]?.path).toBe(`/schemas/guids/${GUID}`);
  });

  it('names the kind of a schema that is not Avro', async () => {
    instead = { status: 200, body: '{"schemaType":"PROTOBUF","schema":"syntax"}' };
    expect(await client.schema(1)).toEqual({ schemaType: 'PROTOBUF', schema: 'syntax' });
  });

  it('sets the compatibility of a subject', async () => {
    await client.setCompatibility('calls.enriched-value', 'FULL_TRANSITIVE');
    expect(api.levels.get('calls.enriched-value')).toBe('FULL_TRANSITIVE');
  });

  it('gives the versions of a subject, and the compatibility that holds for it', async () => {
    expect(await client.versions('calls-value')).toEqual([]);
    await client.register('calls-value', SCHEMA);
    await client.register('calls-value', '"int"');
    expect(await client.versions('calls-value')).toEqual([
      { version: 1, schemaType: 'AVRO', schema: SCHEMA },
      { version: 2, schemaType: 'AVRO', schema: '"int"' },
    ]);
    expect(await client.compatibility('calls-value')).toBe('BACKWARD');
    await client.setCompatibility('calls-value', 'FULL_TRANSITIVE');
    expect(await client.compatibility('calls-value')).toBe('FULL_TRANSITIVE');
  });

  it('passes over a version that was deleted meanwhile', async () => {
    await client.register('calls-value', SCHEMA);
    await client.register('calls-value', '"int"');
    api.deleted.add(1);
    expect(await client.versions('calls-value')).toMatchObject([{ version: 2 }]);
  });

  it('tells why a schema would be refused, and registers nothing', async () => {
    expect(await client.refusal('calls-value', '"incompatible"')).toBeUndefined();
    await client.register('calls-value', SCHEMA);
    expect(await client.refusal('calls-value', '"int"')).toBeUndefined();
    expect(await client.refusal('calls-value', '"incompatible"')).toBe('it is incompatible');
    expect(api.subjects.get('calls-value')).toEqual([SCHEMA]);
  });

  it('puts any subject and any id into the path as one part', async () => {
    await client.register('a/b ?', SCHEMA);
    expect(api.subjects.has('a/b ?')).toBe(true);
    expect(await client.schema('../subjects')).toBeUndefined();
    expect(requests.at(-1)?.path).toBe('/schemas/guids/..%2Fsubjects');
  });

  it.each([400, 404, 422])(
    'takes %i for an id that does not exist: garbage must not stop the stream',
    async (status) => {
      instead = { status, body: '' };
      expect(await client.schema(4_294_967_295)).toBeUndefined();
    },
  );

  it.each([401, 403, 429, 500, 502, 503])('takes %i for no answer', async (status) => {
    instead = { status, body: '<html>' };
    const error = { code: 'registry-unavailable', message: expect.stringContaining(String(status)) };
    await expect(client.schema(1)).rejects.toMatchObject(error);
    await expect(client.find('s', SCHEMA)).rejects.toMatchObject(error);
    await expect(client.register('s', SCHEMA)).rejects.toMatchObject(error);
  });

  it.each(['', '<html>', '[]', 'null', '{}', '{"id":"7"}'])('takes a 200 with %j for no answer', async (body) => {
    instead = { status: 200, body };
    await expect(client.schema(1)).rejects.toMatchObject({ code: 'registry-unavailable' });
    await expect(client.find('s', SCHEMA)).rejects.toMatchObject({ code: 'registry-unavailable' });
  });

  it('says that a schema was refused, and why', async () => {
    await expect(client.register('s', '"incompatible"')).rejects.toMatchObject({
      code: 'schema-missing',
      message: expect.stringContaining('incompatible'),
    });
  });

  it('does not pass over a subject whose compatibility cannot be set', async () => {
    instead = { status: 404, body: '{}' };
    await expect(client.setCompatibility('s', 'FULL')).rejects.toMatchObject({ code: 'registry-unavailable' });
  });

  it('takes a reset and a refused connection for no answer, and says where', async () => {
    instead = 'reset';
    await expect(client.schema(1)).rejects.toMatchObject({ code: 'registry-unavailable' });
    const url = `http://127.0.0.1:${await refusedPort()}`;
    await using nobody = await createRegistryClient({ url });
    await expect(nobody.schema(1)).rejects.toMatchObject({
      code: 'registry-unavailable',
      message: expect.stringMatching(new RegExp(`${url}: .+`)),
    });
  });

  it('authenticates, and keeps the path of its URL', async () => {
    const basic = { username: 'callmatch', password: 'pä:ss' };
    await using first = await createRegistryClient({ url: `${server.origin}/apis/ccompat/v7/`, auth: basic });
    await first.find('s', SCHEMA).catch(() => {});
    await using second = await createRegistryClient({ url: server.origin, auth: { token: 't-1' } });
    await second.find('s', SCHEMA);
    expect(requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/apis/ccompat/v7/subjects/s', `Basic ${Buffer.from('callmatch:pä:ss').toString('base64')}`],
      ['/subjects/s', 'Bearer t-1'],
    ]);
  });

  it('speaks TLS with whom it trusts: nobody unknown, but the authority of the configuration', async () => {
    const certificate = selfSignedCertificate();
    const ca = join(tmpdir(), `callmatch-ca-${process.pid}.pem`);
    await writeFile(ca, certificate.cert);
    await using trusted = await startTlsServer(certificate, (_request, response) => {
      response.end(JSON.stringify({ schema: SCHEMA }));
    });
    await using strict = await createRegistryClient({ url: trusted.origin });
    await expect(strict.schema(1)).rejects.toMatchObject({ code: 'registry-unavailable' });
    await using trusting = await createRegistryClient({ url: trusted.origin, tls: { ca, serverName: 'localhost' } });
    expect(await trusting.schema(1)).toMatchObject({ schema: SCHEMA });
    await rm(ca);
  });
});
