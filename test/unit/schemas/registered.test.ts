import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistryClient, type RegistryClient } from '../../../src/registry/client.ts';
import { checkRegistered } from '../../../src/schemas/registered.ts';
import { registryApi } from '../../support/registry-api.ts';
import { received, startHttpServer, type TestServer } from '../../support/test-servers.ts';

const SUBJECT = 'calls.enriched-value';

describe('checkRegistered', () => {
  let server: TestServer;
  let registry: RegistryClient;
  let api: ReturnType<typeof registryApi>;
  const check = (schema: string) => checkRegistered({ name: 'enriched-call', schema }, SUBJECT, registry);

  beforeEach(async () => {
    api = registryApi();
    server = await startHttpServer(async (incoming, response) => {
      const { status, body } = api.answer(await received(incoming));
      response.writeHead(status).end(JSON.stringify(body));
    });
    registry = await createRegistryClient({ url: server.origin });
  });
  afterEach(async () => {
    await registry[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('has nothing to say before the first registration', async () => {
    expect(await check('"string"')).toEqual([
      { schema: 'enriched-call', against: `${SUBJECT}, not registered yet`, problems: [] },
    ]);
  });

  it('compares with every version', async () => {
    for (const schema of ['"string"', '"int"']) await registry.register(SUBJECT, schema);
    await registry.setCompatibility(SUBJECT, 'FULL_TRANSITIVE');
    expect(await check('"int"')).toEqual([
      {
        schema: 'enriched-call',
        against: `${SUBJECT} version 1`,
        problems: [expect.stringContaining('new readers'), expect.stringContaining('old readers')],
      },
      { schema: 'enriched-call', against: `${SUBJECT} version 2`, problems: [] },
      { schema: 'enriched-call', against: `${SUBJECT} as a whole`, problems: [] },
    ]);
  });

  it('finds a subject that is set to less, and asks the registry itself', async () => {
    await registry.register(SUBJECT, '"string"');
    expect((await check('"incompatible"')).at(-1)).toEqual({
      schema: 'enriched-call',
      against: `${SUBJECT} as a whole`,
      problems: [
        'its compatibility is BACKWARD, not FULL_TRANSITIVE',
        'the registry would refuse the schema: it is incompatible',
      ],
    });
  });

  it('finds a subject of another kind', async () => {
    const subject = {
      versions: async () => [{ version: 1, schemaType: 'PROTOBUF', schema: 'syntax' }],
      compatibility: async () => 'FULL_TRANSITIVE',
      refusal: async () => undefined,
    };
    const [first] = await checkRegistered({ name: 'enriched-call', schema: '"int"' }, SUBJECT, subject);
    expect(first?.problems).toEqual(['it is PROTOBUF, not AVRO']);
  });
});
