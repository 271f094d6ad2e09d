import { expect, it } from 'vitest';
import { decodeFetchResponse } from '../../../src/kafka/fetch-response.ts';
import { recordDecoders } from '../../../src/kafka/record-set.ts';
import { batchBytes, fetchResponseBytes } from '../../support/log-bytes.ts';

const decoders = recordDecoders();

it.each([
  [10 as const, -1],
  [11 as const, 4],
])('reads an answer in version %i', async (version, preferredReadReplica) => {
  const records = await batchBytes({ first: 7, length: 3, kept: [0] });
  const aborted = [{ producerId: '12', firstOffset: '5' }];
  const payload = fetchResponseBytes(version, { aborted, preferredReadReplica, records });
  expect(await decodeFetchResponse(payload, version, 7, decoders)).toMatchObject({
    throttleTime: 0,
    clientSideThrottleTime: 80,
    responses: [
      {
        topicName: 'calls',
        partitions: [
          {
            partition: 3,
            errorCode: 0,
            highWatermark: '10',
            preferredReadReplica,
            aborted,
            messages: [{ offset: '7', value: Buffer.from('7') }],
            next: 10,
          },
        ],
      },
    ],
  });
});

it.each([
  ['no bytes', null],
  ['less than a batch', Buffer.alloc(26)],
])('gives nothing of %s', async (_, records) => {
  const { responses } = await decodeFetchResponse(fetchResponseBytes(11, { records }), 11, 7, decoders);
  expect(responses[0]?.partitions[0]).toMatchObject({ messages: [], next: 7 });
});
