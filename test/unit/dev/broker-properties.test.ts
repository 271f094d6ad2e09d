import { describe, expect, it } from 'vitest';
import { asContainerEnvironment, asPropertiesFile, brokerProperties } from '../../../src/dev/broker-properties.ts';

const properties = brokerProperties({ bind: '0.0.0.0', advertised: 'engine', port: 20_001, controllerPort: 20_002 });

describe('brokerProperties', () => {
  it('listens at one address and tells clients another', () => {
    expect(properties.listeners).toBe('PLAINTEXT://0.0.0.0:20001,CONTROLLER://127.0.0.1:20002');
    expect(properties['advertised.listeners']).toBe('PLAINTEXT://engine:20001');
    expect(properties['controller.quorum.voters']).toBe('1@127.0.0.1:20002');
  });

  it('asks for no more replicas than there are brokers', () => {
    const factors = Object.entries(properties).filter(([name]) => /replication\.factor|min\.isr/.test(name));
    expect(factors).not.toEqual([]);
    expect(factors.every(([, value]) => value === '1')).toBe(true);
  });

  it('is written as a properties file', () => {
    expect(asPropertiesFile({ 'node.id': '1', listeners: 'PLAINTEXT://:9092' })).toBe(
      'node.id=1\nlisteners=PLAINTEXT://:9092\n',
    );
  });

  it('is written as an environment that the image turns back into the same properties', () => {
    const back = Object.entries(asContainerEnvironment(properties)).map(([name, value]) => [
      // The rule of the image, for names without dashes and underscores.
      name.replace('KAFKA_', '').toLowerCase().replaceAll('_', '.'),
      value,
    ]);
    expect(Object.fromEntries(back)).toEqual(properties);
  });
});
