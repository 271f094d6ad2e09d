import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceOf, withSourceOptions } from '../../../src/command/mapping-source.ts';
import { mappingFolder } from '../../support/mapping-folder.ts';

let folder: Awaited<ReturnType<typeof mappingFolder>>;
beforeAll(async () => {
  const config = `
sources:
  - { topic: a, mapping: { name: asterisk, parameters: { system: a, timeZone: UTC } }, defaultCountry: CH }
  - { topic: b }
portals: { main: { token: x } }
`;
  folder = await mappingFolder({ 'callmatch.yaml': config });
});
afterAll(() => folder[Symbol.asyncDispose]());

async function parsed(...args: string[]) {
  const command = withSourceOptions(new Command('try').exitOverride().configureOutput({ writeErr() {} }));
  await command.parseAsync(args, { from: 'user' });
  return sourceOf(command);
}

describe('the source that is tried', () => {
  it('is what the command line says', async () => {
    const { source, isConfigured } = await parsed(
      ...[
        '--mapping',
        'asterisk',
        '-p',
        'system=a',
        '-p',
        'contexts=x,y',
        '--default-country',
        'CH',
        '--format',
        'csv',
      ],
    );
    expect(isConfigured).toBe(false);
    expect(source).toMatchObject({
      mapping: { name: 'asterisk', parameters: { system: 'a', contexts: 'x,y' } },
      defaultCountry: 'CH',
      format: 'csv',
    });
  });

  it.each([
    [['--parameter', 'x'], /Write it as name=value/],
    [['--default-country', 'ch'], /Write two capital letters/],
    [['--format', 'xml'], /Allowed choices are/],
  ])('is refused: %j', async (args, message) => {
    await expect(parsed('-m', 'asterisk', ...args)).rejects.toThrow(message);
  });

  it('is one of the configuration, with what the command line says over it', async () => {
    const configured = (...args: string[]) => parsed('--config', `${folder.path}/callmatch.yaml`, ...args);
    const { source, config, isConfigured } = await configured('--source', 'a', '-p', 'system=b', '--format', 'json');
    expect(isConfigured).toBe(true);
    expect(config.sources).toEqual([source]);
    expect(source).toMatchObject({
      topic: 'a',
      format: 'json',
      defaultCountry: 'CH',
      mapping: { name: 'asterisk', parameters: { system: 'b', timeZone: 'UTC' } },
    });
    // Parameters belong to their mapping.
    expect(await configured('--source', 'a', '-m', 'canonical')).toMatchObject({
      source: { mapping: { name: 'canonical', parameters: {} } },
    });
    await expect(configured()).rejects.toThrow('the configuration has a, b');
    await expect(configured('--source', 'c')).rejects.toThrow('there is no source c');
  });
});
