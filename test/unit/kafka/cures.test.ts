import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { connectionPrototype } from '../../../src/kafka/connection-opening.ts';
import { fetchDecoder } from '../../../src/kafka/consumed-records.ts';
import { cureKafkajs } from '../../../src/kafka/cures.ts';
import { offsetManagerPrototype } from '../../../src/kafka/offset-manager.ts';
import { decoderPrototype } from '../../../src/kafka/record-headers.ts';
import { requestQueuePrototype } from '../../../src/kafka/throttle-timer.ts';

const methods = () => [
  requestQueuePrototype().scheduleCheckPendingRequests,
  connectionPrototype().connect,
  fetchDecoder(10).decode,
  fetchDecoder(11).decode,
  decoderPrototype().readVarIntArray,
  offsetManagerPrototype().setDefaultOffset,
  offsetManagerPrototype().commitOffsets,
];

it('replaces every method at fault, once, and installs the codecs', () => {
  const before = methods();
  cureKafkajs();
  const after = methods();
  for (const [n, method] of after.entries()) expect(method).not.toBe(before[n]);
  expect(kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD]?.()).toHaveProperty('decompress');
  cureKafkajs();
  expect(methods()).toEqual(after);
});
