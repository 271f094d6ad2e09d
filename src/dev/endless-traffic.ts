/** Traffic at a steady rate until somebody stops it. */
import { type Clock, systemClock, wait } from '../clock.ts';
import { countedEnds } from './evidence.ts';
import type { Session } from './session.ts';
import { createTraffic } from './traffic.ts';
import { createCanonicalEncoder } from './traffic-encoder.ts';
import { openTrafficSender } from './traffic-sender.ts';

export interface EndlessTraffic {
  /** Calls a second. */
  readonly rate: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** Rejects with the signal's reason when it aborts, or with the error that ended the processor. */
export async function keepSending(
  session: Session,
  traffic: EndlessTraffic,
  clock: Clock = systemClock,
): Promise<never> {
  const encode = await createCanonicalEncoder(session.schemaIds.canonical);
  await using sender = await openTrafficSender(session.kafka, session.topics, encode);
  const calls = createTraffic(traffic.seed, clock.wall());
  for (;;) {
    const next = wait(clock, 1_000, traffic.signal);
    const second = Array.from({ length: traffic.rate }, () => calls.next().value).flat();
    await sender.send(second);
    const ends = await countedEnds(session.processor.telemetry);
    const counts = [...ends].map(([end, count]) => `${count} ${end}`).join(', ');
    traffic.onProgress(counts === '' ? 'waiting for the first calls' : counts);
    await Promise.race([next, session.processor.failed]);
  }
}
