/** The configuration of the embedded broker: one KRaft node that is broker and controller at the same time. */

interface Addresses {
  /** Address that the listeners bind to. */
  readonly bind: string;
  /** Host name that clients are told. */
  readonly advertised: string;
  readonly port: number;
  readonly controllerPort: number;
}

/** The same properties serve the file of the Java way and the environment of the container. */
export function brokerProperties({ bind, advertised, port, controllerPort }: Addresses): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    listeners: `PLAINTEXT://${bind}:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${advertised}:${port}`,
    // One node can hold one replica; the defaults of 3 would leave these topics without a leader.
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    // The defaults of 50 partitions each only cost start-up time on one node.
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.num.partitions': '4',
    // A group of one member shall not wait 3 s for others at its first join.
    'group.initial.rebalance.delay.ms': '0',
    // A missing topic must be an error here as it is in production, where this is usually off.
    'auto.create.topics.enable': 'false',
  };
}

/** As lines of a `server.properties` file. */
export function asPropertiesFile(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** As the environment of the image apache/kafka, which turns `KAFKA_A_B` back into `a.b`. */
export function asContainerEnvironment(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`, value]),
  );
}
