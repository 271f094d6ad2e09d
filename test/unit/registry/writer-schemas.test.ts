import { describe, expect, it } from 'vitest';
import type { RegisteredSchema } from '../../../src/registry/client.ts';
import { createWriterSchemas } from '../../../src/registry/writer-schemas.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const avro = (schema: string): RegisteredSchema => ({ schemaType: 'AVRO', schema });

/** A registry whose answers the test gives one by one. */
function setUp() {
  const clock = new ManualClock();
  const asked: { id: number | string; answer: PromiseWithResolvers<RegisteredSchema | undefined> }[] = [];
  const schema = (id: number | string) => {
    const answer = Promise.withResolvers<RegisteredSchema | undefined>();
    asked.push({ id, answer });
    return answer.promise;
  };
  return { clock, asked, schemas: createWriterSchemas({ schema }, clock) };
}

async function load(world: ReturnType<typeof setUp>, id: number | string, found: RegisteredSchema | undefined) {
  const loaded = world.schemas.load(id);
  world.asked.at(-1)?.answer.resolve(found);
  await loaded;
}

describe('WriterSchemas', () => {
  it('asks the registry once for all that wait, and never again for what it knows', async () => {
    const world = setUp();
    expect(world.schemas.get(7)).toBeUndefined();
    const both = [world.schemas.load(7), world.schemas.load(7)];
    expect(world.asked).toHaveLength(1);
    world.asked[0]?.answer.resolve(avro('"int"'));
    await Promise.all(both);
    world.clock.advance(365 * 86_400_000);
    expect(world.schemas.get(7)).toEqual(avro('"int"'));
  });

  it('believes in an unknown id for a minute: a producer may register just after its first record', async () => {
    const world = setUp();
    await load(world, 'guid', undefined);
    expect(world.schemas.get('guid')).toBe('unknown');
    world.clock.advance(59_999);
    expect(world.schemas.get('guid')).toBe('unknown');
    world.clock.advance(1);
    expect(world.schemas.get('guid')).toBeUndefined();
    await load(world, 'guid', avro('"int"'));
    expect(world.schemas.get('guid')).toEqual(avro('"int"'));
  });

  it('passes a failure on, and asks anew the next time', async () => {
    const world = setUp();
    const failed = world.schemas.load(7);
    world.asked[0]?.answer.reject(new Error('down'));
    await expect(failed).rejects.toThrow('down');
    expect(world.schemas.get(7)).toBeUndefined();
    await load(world, 7, avro('"int"'));
    expect(world.schemas.get(7)).toEqual(avro('"int"'));
  });

  it('keeps a bounded number, whatever garbage stands in front of values', async () => {
    const world = setUp();
    for (let id = 0; id < 1_500; id += 1) await load(world, id, undefined);
    const known = Array.from({ length: 1_500 }, (_, id) => world.schemas.get(id)).filter(
      (schema) => schema !== undefined,
    );
    expect(known).toHaveLength(1_000);
    expect(world.schemas.get(1_499)).toBe('unknown');
  });
});
