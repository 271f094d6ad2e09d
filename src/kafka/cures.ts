/** Everything that kafkajs needs before it is used. Its faults are said where each is cured. */
import { installCodecs } from './codecs.ts';
import { cureConnectionOpening } from './connection-opening.ts';
import { cureConsumedRecords } from './consumed-records.ts';
import { cureOffsetManager } from './offset-manager.ts';
import { cureRecordHeaders } from './record-headers.ts';
import { cureThrottleTimer } from './throttle-timer.ts';

/** Makes kafkajs of this process fit for use. Doing it twice changes nothing. Throws `dependency-missing`. */
export function cureKafkajs(): void {
  installCodecs();
  cureThrottleTimer();
  cureConnectionOpening();
  cureRecordHeaders();
  cureConsumedRecords();
  cureOffsetManager();
}
