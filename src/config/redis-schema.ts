/** The Redis or Valkey server in which instances count a quota together. */
import { z } from 'zod';
import { isLoopback, secret } from './scalar.ts';

const FORM = 'a URL with rediss://, or redis:// to the loopback';

export const redis = z.strictObject({
  url: secret()
    .refine((text) => {
      const url = URL.parse(text);
      return url !== null && (url.protocol === 'rediss:' || (url.protocol === 'redis:' && isLoopback(url.hostname)));
    }, FORM)
    .describe('Address, with user and password if there are any; `redis://` only to the loopback.')
    .meta({ form: FORM, examples: ['rediss://callmatch:change-me@redis.example.com:6379'] }),
  prefix: z.string().min(1).default('callmatch').describe('Begin of the names of all keys.'),
});
