/** Version of callmatch, as in package.json; written into dead letters and shown by `--version`. */
import manifest from '../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
