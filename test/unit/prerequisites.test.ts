import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { outcomeSubject, requireOutcomeCodec } from '../../src/prerequisites.ts';
import { createRegistryClient } from '../../src/registry/client.ts';
import { received, startHttpServer } from '../support/test-servers.ts';

const SCHEMA = await readFile(new URL('../../schemas/enriched-call.avsc', import.meta.url), 'utf8');

/** Topics need a broker: the scenario suite has them. */
describe('requireOutcomeCodec', () => {
  it('asks for the very schema, and writes with the id that it has', async () => {
    await using server = await startHttpServer(async (request, response) => {
      const { path, body } = await received(request);
      const isIt = path === '/subjects/calls.enriched-value' && JSON.parse(body).schema === SCHEMA;
      response.writeHead(isIt ? 200 : 404).end(isIt ? '{"id":77}' : '{"error_code":40403}');
    });
    await using registry = await createRegistryClient({ url: server.origin });
    const codec = await requireOutcomeCodec('calls.enriched', registry);
    // The frame names the schema; a frame of another one is refused.
    expect(() => codec.decode(Buffer.from([0, 0, 0, 0, 76]))).toThrow('schema 77');
    await expect(requireOutcomeCodec('other', registry)).rejects.toMatchObject({
      code: 'schema-missing',
      message: expect.stringContaining('other-value'),
    });
  });

  it('names the subject after the topic', () => {
    expect(outcomeSubject('calls.enriched')).toBe('calls.enriched-value');
  });
});
