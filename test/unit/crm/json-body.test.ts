import { expect, test } from 'vitest';
import { z } from 'zod';
import { readJson } from '../../../src/crm/json-body.ts';

const schema = z.object({
  id: z.string(),
  kind: z.enum(['A', 'B']),
  size: z.int32(),
  nested: z.object({ name: z.string() }),
});
const good = { id: 'x', kind: 'A', size: 1, nested: { name: 'n' } };

function refused(body: string) {
  const read = readJson(schema, body);
  if (read.ok) throw new Error('was read');
  return { status: read.answer.status, ...JSON.parse(read.answer.body) };
}

test('a good body is read', () => {
  expect(readJson(schema, JSON.stringify(good))).toEqual({ ok: true, value: good });
});

test('missing fields are listed together', () => {
  const error = refused('{"kind":"A","size":1,"nested":{}}');
  expect(error).toMatchObject({
    status: 'error',
    category: 'VALIDATION_ERROR',
    message: 'Invalid input JSON. Some required fields were not set: [id, nested.name]',
  });
  expect(error.errors.map((each: { in: string; code: string }) => [each.in, each.code])).toEqual([
    ['id', 'REQUIRED_FIELD'],
    ['nested.name', 'REQUIRED_FIELD'],
  ]);
});

test.each([
  [{ ...good, id: 5 }, 'id', 'INVALID_TYPE'],
  [{ ...good, id: null }, 'id', 'INVALID_TYPE'],
  [{ ...good, kind: 'C' }, 'kind', 'INVALID_OPTION'],
  [{ ...good, size: 2 ** 31 }, 'size', 'OUT_OF_RANGE'],
  [{ ...good, size: 1.5 }, 'size', 'INVALID_TYPE'],
  [[], '', 'INVALID_TYPE'],
])('%j: %s is %s', (body, place, code) => {
  expect(refused(JSON.stringify(body)).errors).toEqual([{ message: expect.any(String), in: place, code }]);
});

test.each(['', '{', 'null x', '{"id":}'])('%j is no JSON', (body) => {
  expect(refused(body)).toMatchObject({ category: 'VALIDATION_ERROR', message: expect.stringMatching(/parsed/) });
});
