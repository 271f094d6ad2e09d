import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** HubSpot's own limit is not documented; a call has a few kilobytes at most. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** A body as text, or why it is none. */
export type RequestBody = { readonly text: string } | { readonly refused: 'too-large' | 'not-utf8' };

function bodyOf(chunks: readonly Buffer[]): RequestBody {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first ? first : Buffer.concat(chunks);
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { refused: 'not-utf8' };
}

/**
 * Reads a request's body to its end, and calls back once; never if the client goes away before.
 * What is too large is read on and thrown away: an answer in the middle of it would be lost with the connection.
 */
export function readBody(request: IncomingMessage, done: (body: RequestBody) => void): void {
  let chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks = [];
  });
  request.on('end', () => done(length > MAX_BODY_BYTES ? { refused: 'too-large' } : bodyOf(chunks)));
}
