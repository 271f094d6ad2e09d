import { describe, expect, it } from 'vitest';
import { kafkajsPrototype } from '../../../src/kafka/kafkajs-class.ts';

interface Connection {
  connect(): Promise<unknown>;
}

describe('kafkajsPrototype', () => {
  it('finds a class that kafkajs does not show', () => {
    expect(kafkajsPrototype<Connection>('network/connection', ['connect']).connect).toBeInstanceOf(Function);
  });

  it.each([
    ['has no such module', undefined],
    ['has another class', () => class {}],
    ['has no class', () => ({})],
  ])('refuses a kafkajs that %s', (_, load) => {
    expect(() => kafkajsPrototype<Connection>('nothing', ['connect'], load)).toThrow(
      expect.objectContaining({ code: 'dependency-missing', message: expect.stringContaining('2.2.4') }),
    );
  });
});
