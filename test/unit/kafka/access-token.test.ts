import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccessTokens } from '../../../src/kafka/access-token.ts';
import { createCertificateAuthority } from '../../support/certificate-authority.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import {
  type ReceivedRequest,
  received,
  refusedPort,
  startHttpServer,
  startTlsServer,
  type TestServer,
} from '../../support/test-servers.ts';

const credentials = { clientId: 'call:match', clientSecret: 's3cret pä+ss', scope: 'kafka' };
const BASIC = `Basic ${Buffer.from('call%3Amatch:s3cret+p%C3%A4%2Bss').toString('base64')}`;

const token = (n: number, expiresIn: unknown = 300) => ({
  status: 200,
  body: JSON.stringify({ access_token: `t-${n}`, token_type: 'Bearer', expires_in: expiresIn }),
});

describe('AccessTokens', () => {
  let server: TestServer;
  let requests: ReceivedRequest[];
  let clock: ManualClock;
  let answer: { status: number; body: string; headers?: Record<string, string> } | 'silence';
  const accessTokens = (tokenUrl = `${server.origin}/token`) => createAccessTokens({ ...credentials, tokenUrl }, clock);

  beforeEach(async () => {
    requests = [];
    clock = new ManualClock();
    answer = token(1);
    server = await startHttpServer(async (request, response) => {
      requests.push(await received(request));
      if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    expect(clock.pending).toBe(0);
  });

  it('asks with the client-credentials grant, the secret in the header only', async () => {
    expect(await accessTokens().get()).toEqual('t-1');
    const [request] = requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/token',
      body: 'grant_type=client_credentials&scope=kafka',
    });
    expect(request?.headers).toMatchObject({
      authorization: BASIC,
      'content-type': expect.stringContaining('application/x-www-form-urlencoded'),
    });
  });

  it('asks once for all connections, and again a minute before the end of the token', async () => {
    const tokens = accessTokens();
    const first = 't-1';
    expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual([first, first, first]);
    clock.advance(239_999);
    answer = token(2);
    expect(await tokens.get()).toEqual(first);
    clock.advance(1);
    expect(await Promise.all([tokens.get(), tokens.get()])).toEqual(['t-2', 't-2']);
    expect(requests).toHaveLength(2);
  });

  it('does not hand out again what a broker refused', async () => {
    const tokens = accessTokens();
    expect(await tokens.get()).toBe('t-1');
    answer = token(2);
    tokens.forget('t-1');
    expect(await tokens.get()).toBe('t-2');
    tokens.forget('t-1');
    expect(await tokens.get()).toBe('t-2');
    expect(requests).toHaveLength(2);
  });

  it.each([null, 'soon', -1, 30])('keeps no token whose time is %j', async (expiresIn) => {
    answer = token(1, expiresIn);
    const tokens = accessTokens();
    await Promise.all([tokens.get(), tokens.get()]);
    await tokens.get();
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['401', { status: 401, body: '{"error":"invalid_client"}' }, 'answered 401: invalid_client'],
    [
      'a 400 that explains itself',
      { status: 400, body: '{"error":"invalid_scope","error_description":"no scope kafka"}' },
      'answered 400: invalid_scope, no scope kafka',
    ],
    ['an answer that repeats the secret', { status: 401, body: '{"error":"s3cret pä+ss"}' }, 'answered 401: ********'],
    ['a page', { status: 200, body: '<html>' }, 'answered 200 without a token'],
    ['no token', { status: 200, body: '{"access_token":{}}' }, 'answered 200 without a token'],
  ])('is refused for good by %s, says why, and asks again the next time', async (_name, refusal, says) => {
    answer = refusal;
    const tokens = accessTokens();
    await expect(tokens.get()).rejects.toMatchObject({
      name: 'KafkaJSNonRetriableError',
      message: `kafka.sasl.tokenUrl ${says}`,
    });
    answer = token(5);
    expect(await tokens.get()).toEqual('t-5');
  });

  it.each([429, 500, 503])('lets kafkajs try again after %i', async (status) => {
    answer = { status, body: '<html>' };
    // `cause` decides in kafkajs, too: what has one is judged by the last of them.
    await expect(accessTokens().get()).rejects.toMatchObject({
      name: 'KafkaJSConnectionError',
      retriable: true,
      cause: undefined,
      message: `kafka.sasl.tokenUrl answered ${status}`,
    });
  });

  it('takes the secret to no other address', async () => {
    let hasFollowed = false;
    await using other = await startHttpServer((_request, response) => {
      hasFollowed = true;
      response.end();
    });
    answer = { status: 307, body: '', headers: { location: other.origin } };
    await expect(accessTokens().get()).rejects.toThrow('kafka.sasl.tokenUrl: unexpected redirect');
    expect(hasFollowed).toBe(false);
  });

  it('lets kafkajs try again when nobody answers, and says what is wrong', async () => {
    const refused = accessTokens(`http://127.0.0.1:${await refusedPort()}/`);
    await expect(refused.get()).rejects.toMatchObject({
      name: 'KafkaJSConnectionError',
      retriable: true,
      cause: undefined,
      message: expect.stringMatching(/^kafka\.sasl\.tokenUrl: .*ECONNREFUSED/),
    });
    const certificate = createCertificateAuthority('nobody').issue('localhost');
    await using untrusted = await startTlsServer(certificate, (_request, response) => response.end());
    await expect(accessTokens(untrusted.origin).get()).rejects.toThrow(/^kafka\.sasl\.tokenUrl: unable to verify/);
  });

  it('gives up a server that is silent', async () => {
    answer = 'silence';
    const tokens = accessTokens();
    const failure = expect(tokens.get()).rejects.toThrow('kafka.sasl.tokenUrl: no answer within 10000 ms');
    clock.advance(10_000);
    await failure;
    answer = token(6);
    expect(await tokens.get()).toEqual('t-6');
  });
});
