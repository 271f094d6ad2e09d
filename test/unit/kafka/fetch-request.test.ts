import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { createFetchRequests, recordsOf } from '../../../src/kafka/fetch-request.ts';

const kafkajs = createRequire(import.meta.url);
const Encoder = kafkajs('kafkajs/src/protocol/encoder');
const { RecordBatch } = kafkajs('kafkajs/src/protocol/recordBatch/v0');
const encodeRecord = kafkajs('kafkajs/src/protocol/recordBatch/record/v0');

const AT = { topic: 'calls', partition: 3 };
const fetchRequest = createFetchRequests();

/** What a broker answers: the text of one record at offset 7, or an error. */
async function answer(value: string, errorCode = 0): Promise<Buffer> {
  const record = encodeRecord({ key: null, value: Buffer.from(value) });
  const batch = (await RecordBatch({ firstOffset: 7, lastOffsetDelta: 2, records: [record] })).buffer;
  const aborted = [new Encoder().writeInt64(12).writeInt64(5)];
  const partition = new Encoder().writeInt32(3).writeInt16(errorCode).writeInt64(10).writeInt64(10).writeInt64(0);
  const records = errorCode === 0 ? batch : null;
  const partitions = [partition.writeArray(aborted).writeBytes(records)];
  const topic = new Encoder().writeString('calls').writeArray(partitions);
  return new Encoder().writeInt32(80).writeInt16(0).writeInt32(0).writeArray([topic]).buffer;
}

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
    const response = await decode(await answer('a call'));
    expect(response.clientSideThrottleTime, 'kafkajs keeps silent that long').toBe(80);
    expect(recordsOf(response)).toMatchObject({
      messages: [{ offset: '7', value: Buffer.from('a call') }],
      aborted: [{ producerId: '12', firstOffset: '5' }],
      next: 10,
    });
  });

  it.each([
    [1, { name: 'KafkaJSOffsetOutOfRange' }],
    [6, { type: 'NOT_LEADER_FOR_PARTITION' }],
  ])('rejects with error %i of a broker', async (errorCode, error) => {
    await expect(answer('', errorCode).then(decode)).rejects.toMatchObject(error);
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
