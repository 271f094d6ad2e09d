/** What every way to run the embedded stack has to deliver: two servers that can be stopped and started again. */

/** One server of the stack, started by us. */
export interface Service extends AsyncDisposable {
  /** Starts the server again after `stop`: same address, same data. Readiness is for the caller to check. */
  start(): Promise<void>;
  /** Ends the server in order; its data stays. */
  stop(): Promise<void>;
  /** Why the server is down although nobody stopped it, with the end of its log; undefined while it runs. */
  failure(): Promise<string | undefined>;
}

/** Broker and registry as a way starts them; disposing ends both and deletes their data. */
export interface Services extends AsyncDisposable {
  readonly broker: Service;
  readonly registry: Service;
  /** `host:port` of the broker. */
  readonly brokers: readonly string[];
  /** Base URL of the Confluent-compatible API, without a slash at the end. */
  readonly registryUrl: string;
  /** Id of the broker's container, for way `docker`: its command-line tools can be run in there. */
  readonly brokerContainer?: string;
}

/** What every way is given. */
export interface WayOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Path of the Confluent-compatible API in Apicurio Registry. */
export const REGISTRY_PATH = '/apis/ccompat/v7';

export const KAFKA_VERSION = '4.1.1';
export const REGISTRY_VERSION = '3.0.9';
