/** How an answer of the simulated CRM goes to the client: plainly, or in one of the ways in which answers go wrong. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Answer, Manner } from './answer.ts';
import type { Clock } from './clock.ts';
import type { Silence } from './fault-answer.ts';

/** Writes an answer plainly. */
export function write(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, [...headers, 'Content-Length', String(bytes)]);
  // Pure ASCII, as nearly every answer is, leaves faster as Latin-1 and is the same bytes.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

/** Gives the client what it gets: an answer, a cut connection, or nothing at all. */
export function give(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer | Silence,
  clock: Pick<Clock, 'schedule'>,
): void {
  if (answer === 'reset') request.socket.resetAndDestroy();
  else if (answer === 'hang') return;
  else if (answer.manner === undefined) write(response, answer);
  else writeBadly(response, answer, answer.manner, clock);
}

function writeBadly(
  response: ServerResponse,
  { status, headers, body }: Answer,
  manner: Manner,
  clock: Pick<Clock, 'schedule'>,
): void {
  const bytes = manner.kind === 'gzip' ? gzipSync(body) : Buffer.from(body);
  const encoding = manner.kind === 'gzip' ? ['Content-Encoding', 'gzip'] : [];
  response.writeHead(status, [...headers, ...encoding, 'Content-Length', String(bytes.length)]);
  if (manner.kind === 'gzip') response.end(bytes);
  else if (manner.kind === 'cut') response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  else trickle(response, bytes, manner.every, clock);
}

function trickle(response: ServerResponse, bytes: Buffer, every: number, clock: Pick<Clock, 'schedule'>): void {
  let sent = 0;
  const next = (): void => {
    // The client has gone.
    if (response.destroyed) return;
    sent += 1;
    if (sent >= bytes.length) return void response.end(bytes.subarray(sent - 1));
    response.write(bytes.subarray(sent - 1, sent));
    clock.schedule(every, next);
  };
  next();
}
