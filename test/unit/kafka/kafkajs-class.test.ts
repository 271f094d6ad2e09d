import { describe, expect, it } from 'vitest';
import { kafkajsExport, kafkajsPrototype } from '../../../src/kafka/kafkajs-class.ts';

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

describe('kafkajsExport', () => {
  const isText = (loaded: unknown): loaded is string => typeof loaded === 'string';

  it('gives what a module exports', () => {
    const path = 'kafkajs/src/some/module.js';
    expect(kafkajsExport('some/module', isText, 'text', (asked) => asked)).toBe(path);
  });

  it.each([
    ['has no such module', undefined],
    ['exports something else', () => 7],
  ])('refuses a kafkajs that %s', (_, load) => {
    expect(() => kafkajsExport('nothing', isText, 'text', load)).toThrow(
      expect.objectContaining({
        code: 'dependency-missing',
        message: 'the installed kafkajs has no nothing text, as version 2.2.4 has',
      }),
    );
  });
});
