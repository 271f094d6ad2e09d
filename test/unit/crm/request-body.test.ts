import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { MAX_BODY_BYTES, type RequestBody, readBody } from '../../../src/crm/request-body.ts';

function read(...chunks: Buffer[]): Promise<RequestBody> {
  const request = new IncomingMessage(new Socket());
  for (const chunk of [...chunks, null]) request.push(chunk);
  return new Promise((resolve) => readBody(request, resolve));
}

test('chunks are put together before they are decoded', async () => {
  const euro = Buffer.from('€');
  expect(await read(euro.subarray(0, 1), euro.subarray(1))).toEqual({ text: '€' });
  expect(await read(Buffer.from('{}'))).toEqual({ text: '{}' });
  expect(await read()).toEqual({ text: '' });
});

test('a body of the highest size is read, one byte more is not', async () => {
  const highest = Buffer.alloc(MAX_BODY_BYTES, 'a');
  expect(await read(highest)).toEqual({ text: highest.toString() });
  expect(await read(Buffer.alloc(MAX_BODY_BYTES, 'a'), Buffer.from('a'))).toEqual({ refused: 'too-large' });
});

test('what is not UTF-8 is told', async () => {
  expect(await read(Buffer.from([0xff, 0xfe]))).toEqual({ refused: 'not-utf8' });
});
