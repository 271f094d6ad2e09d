import { describe, expect, it } from 'vitest';
import { createFetchRequests, recordsOf } from '../../../src/kafka/fetch-request.ts';
import { batchBytes, fetchResponseBytes } from '../../support/log-bytes.ts';

const AT = { topic: 'calls', partition: 3 };
const fetchRequest = createFetchRequests();

async function decode(payload: Buffer, offset = 7) {
  const { response } = fetchRequest(AT, offset);
  return response.parse(await response.decode(payload));
}

describe('a fetch request', () => {
  it('is one that only a leader answers', () => {
    expect(fetchRequest(AT, 7).request).toMatchObject({ apiName: 'Fetch', apiVersion: 10 });
  });

  it('asks for one partition from an offset on', async () => {
    const { request } = fetchRequest(AT, 7);
    // Type: how kafkajs makes bytes of a request.
    const { buffer } = await (request as { encode(): Promise<{ readonly buffer: Buffer }> }).encode();
    const offset = buffer.indexOf('calls') + 'calls'.length + 4;
    expect(buffer.readInt32BE(offset)).toBe(3);
    expect(Number(buffer.readBigInt64BE(offset + 8))).toBe(7);
  });

  it('gives the records and what of them was aborted', async () => {
    const aborted = [{ producerId: '12', firstOffset: '5' }];
    const records = await batchBytes({ first: 7, length: 3, kept: [0] });
    const response = await decode(fetchResponseBytes(10, { aborted, records }));
    expect(response.clientSideThrottleTime, 'kafkajs keeps silent that long').toBe(80);
    expect(recordsOf(response)).toMatchObject({ messages: [{ offset: '7' }], aborted, next: 10 });
  });

  it.each([
    [1, { name: 'KafkaJSOffsetOutOfRange' }],
    [6, { type: 'NOT_LEADER_FOR_PARTITION' }],
  ])('rejects with error %i of a broker', async (errorCode, error) => {
    await expect(decode(fetchResponseBytes(10, { errorCode }))).rejects.toMatchObject(error);
  });

  it('gives nothing where there is no partition in the answer', () => {
    expect(recordsOf({ throttleTime: 0, clientSideThrottleTime: 0, responses: [] })).toBeUndefined();
  });
});

it.each([
  ['no requests', {}],
  ['no fetch', { requests: {} }],
  ['no such version', { requests: { Fetch: { protocol: () => undefined } } }],
])('refuses a kafkajs with %s', (_, loaded) => {
  expect(() => createFetchRequests(() => loaded)).toThrow(expect.objectContaining({ code: 'dependency-missing' }));
});
