/** TLS, SASL and basic authentication: the same at every server that callmatch connects to. */
import { z } from 'zod';
import { baseUrl, secret } from './scalar.ts';

export const tls = () =>
  z
    .strictObject({
      ca: file('/etc/callmatch/ca.pem').describe(
        'File with the authorities to trust (PEM) instead of the built-in ones.',
      ),
      cert: file('/etc/callmatch/client.pem').describe('File with the client certificate (PEM).'),
      key: file('/etc/callmatch/client.key').describe('File with the private key of the client certificate (PEM).'),
      passphrase: secret().optional().describe('Passphrase of the private key.'),
      serverName: z
        .string()
        .optional()
        .describe('Name that the server certificate must carry, if not the host.')
        .meta({ examples: ['kafka.example.com'] }),
    })
    .superRefine(({ cert, key }, { addIssue }) => {
      const issue = (missing: 'cert' | 'key', message: string) =>
        addIssue({ code: 'custom', path: [missing], message });
      if (cert !== undefined && key === undefined) issue('key', 'the private key of `cert`');
      if (cert === undefined && key !== undefined) issue('cert', 'the certificate of `key`');
    })
    .describe('TLS. An empty section, `{}`, turns it on with the built-in authorities.');

const file = (example: string) =>
  z
    .string()
    .min(1)
    .optional()
    .meta({ examples: [example] });

export const sasl = () =>
  z
    .discriminatedUnion('mechanism', [
      z.strictObject({
        mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).describe('How to authenticate.'),
        username: z.string().min(1).describe('User name, for every mechanism but `oauthbearer`.'),
        password: secret().describe('Password, for every mechanism but `oauthbearer`.'),
      }),
      z.strictObject({
        mechanism: z.literal('oauthbearer'),
        tokenUrl: baseUrl().describe('Endpoint of the client-credentials grant; `oauthbearer` only, like the rest.'),
        clientId: z.string().min(1).describe('Client id of the grant.'),
        clientSecret: secret().describe('Client secret of the grant.'),
        scope: z.string().optional().describe('Scope to ask for, if the server wants one.'),
      }),
    ])
    .describe('SASL authentication at the brokers.')
    .meta({ examples: [{ mechanism: 'scram-sha-512', username: 'callmatch', password: 'change-me' }] });

/** Basic or bearer authentication over HTTP. */
export const basicOrBearer = () =>
  z
    .union([
      z.strictObject({
        username: z.string().min(1).describe('User name of basic authentication.'),
        password: secret().describe('Password of basic authentication.'),
      }),
      z.strictObject({ token: secret().describe('Bearer token, instead of `username` and `password`.') }),
    ])
    .meta({ examples: [{ username: 'callmatch', password: 'change-me' }] });
