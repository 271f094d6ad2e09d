/** `callmatch dev traffic`: call records for a stack that runs already, such as the one of docker-compose.yml. */
import { Command, InvalidArgumentError } from 'commander';
import type { Config } from '../config/schema.ts';
import { createTraffic } from '../dev/traffic.ts';
import { createCanonicalEncoder } from '../dev/traffic-encoder.ts';
import { openTrafficSender, type TrafficTopics } from '../dev/traffic-sender.ts';
import { CallmatchError } from '../errors.ts';
import { createKafkaClient } from '../kafka/client.ts';
import { createRegistryClient } from '../registry/client.ts';
import { registerSchemas } from '../setup.ts';
import { configOf, withConfigOptions } from './config-options.ts';
import { withExamples } from './help.ts';

export function trafficCommand(): Command {
  const command = new Command('traffic')
    .summary('send call records to the source topics of a configuration')
    .description(
      'Sends invented call records, oddities included, to those source topics of the configuration whose mapping is ' +
        'canonical or asterisk. For trials: never on a topic that somebody relies on.',
    )
    .option('--count <n>', 'calls to send', positive, 100)
    .option('--seed <n>', 'seed of the traffic; the same gives the same calls', positive, 1)
    .action(async ({ count, seed }: { count: number; seed: number }, command: Command) => {
      const { config } = await configOf(command);
      const sent = await send(config, count, seed);
      for (const [end, records] of [...sent].sort())
        process.stdout.write(`${String(records).padStart(7)}  to be ${end}\n`);
    });
  return withExamples(withConfigOptions(command), [
    ['Send a hundred calls to the stack of docker-compose.yml', 'docker compose run --rm traffic'],
  ]);
}

async function send(config: Config, count: number, seed: number) {
  const topics = topicsOf(config);
  const kafka = await createKafkaClient(config.kafka, () => {});
  await using registry = await createRegistryClient(config.registry);
  const ids = await registerSchemas(config, registry);
  const encode = await createCanonicalEncoder(
    ids.find(({ subject }) => subject === `${topics.canonical}-value`)?.id ?? 0,
  );
  await using sender = await openTrafficSender(kafka, topics, encode);
  const calls = createTraffic(seed, Date.now());
  await sender.send(Array.from({ length: count }, () => calls.next().value).flat());
  return sender.expected;
}

function topicsOf({ sources }: Config): TrafficTopics {
  const topicWith = (wanted: string) =>
    sources.find(({ mapping }) => (typeof mapping === 'string' ? mapping : mapping.name) === wanted)?.topic;
  const canonical = topicWith('canonical');
  const asterisk = topicWith('asterisk');
  if (canonical === undefined && asterisk === undefined) {
    throw new CallmatchError('config-invalid', 'no source has the mapping canonical or asterisk');
  }
  return { canonical, asterisk };
}

function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Write an integer from 1 on.');
  return Number(text);
}
