/** `callmatch dev --demo`: sends a few thousand records, shows what became of them, and checks that it adds up. */
import { type Clock, systemClock, wait } from '../clock.ts';
import { demoReport } from './demo-report.ts';
import { countedEnds, gather } from './evidence.ts';
import type { Session } from './session.ts';
import { createTraffic } from './traffic.ts';
import { createCanonicalEncoder } from './traffic-encoder.ts';
import type { TrafficRecord } from './traffic-record.ts';
import { openTrafficSender } from './traffic-sender.ts';
import { problemsOf, total } from './verification.ts';

export interface DemoOptions {
  readonly records: number;
  readonly seed: number;
  readonly quota: { readonly requests: number; readonly seconds: number };
  readonly signal: AbortSignal;
  /** One line that replaces the one before it. */
  readonly onProgress: (text: string) => void;
}

export interface DemoResult {
  readonly report: string;
  /** Numbers that do not add up. */
  readonly problems: readonly string[];
}

const CHUNK = 100;
const TICK_MS = 250;
/** Without a new end for this long something is wrong; a whole window of the quota passes without one now and then. */
const STALLED_MS = 60_000;

export async function runDemo(session: Session, options: DemoOptions, clock: Clock = systemClock): Promise<DemoResult> {
  const encode = await createCanonicalEncoder(session.schemaIds.canonical);
  await using sender = await openTrafficSender(session.kafka, session.topics, encode);
  const start = clock.now();
  for (const chunk of chunks(options, clock.wall())) {
    options.signal.throwIfAborted();
    await sender.send(chunk);
  }
  await untilAllEnded(session, total(sender.expected), options, clock);
  const seconds = (clock.now() - start) / 1000;
  await session.processor.stop();
  const findings = await gather(session, sender.expected);
  return { report: demoReport(findings, { seconds, quota: options.quota }), problems: problemsOf(findings.evidence) };
}

/** Traffic in pieces; a call is never torn apart, and the last one may bring a record or two more than asked for. */
function* chunks({ records, seed }: DemoOptions, now: number): Generator<TrafficRecord[]> {
  let chunk: TrafficRecord[] = [];
  let sent = 0;
  for (const call of createTraffic(seed, now - 3_600_000)) {
    chunk.push(...call);
    sent += call.length;
    if (chunk.length < CHUNK && sent < records) continue;
    yield chunk;
    chunk = [];
    if (sent >= records) return;
  }
}

async function untilAllEnded(session: Session, expected: number, { onProgress, signal }: DemoOptions, clock: Clock) {
  let last = { ended: -1, at: clock.now() };
  for (;;) {
    const ends = await countedEnds(session.processor.telemetry);
    const ended = total(ends);
    const enriched = ends.get('enriched') ?? 0;
    onProgress(
      `${ended} of ${expected} calls ended, ${enriched} enriched, ${session.processor.status().inFlight} in flight`,
    );
    if (ended >= expected) return;
    if (ended > last.ended) last = { ended, at: clock.now() };
    if (clock.now() - last.at > STALLED_MS) return;
    await Promise.race([wait(clock, TICK_MS, signal), session.processor.failed]);
  }
}
