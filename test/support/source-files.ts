/** The source files of the repository as text, for the tests that look at the code itself. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the root of the repository, with slashes: `src/cdr/call.ts`. */
  readonly path: string;
  readonly text: string;
  /** What it imports, statically, dynamically or as a type only: a package name, or a path like `path`. */
  readonly imports: readonly string[];
}

/** `import … from`, `import '…'` and `export … from` at the start of a line, where the formatter puts them. */
const STATIC_IMPORT =
  /^(?:import\s+(?:[^;'"()]*?\sfrom\s+)?|export\s+(?:type\s+)?[*{][^;'"()]*?\sfrom\s+)['"]([^'"]+)['"]/gm;
const DYNAMIC_IMPORT = /\b(?:import|require|resolve)\(\s*['"]([^'"]+)['"]/g;

/** All TypeScript files below that folder (`src`, `test`), sorted by path. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return globSync(`${folder}/**/*.ts`, { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const specifiers = [STATIC_IMPORT, DYNAMIC_IMPORT].flatMap((pattern) =>
        [...text.matchAll(pattern)].map(([, specifier = '']) => specifier),
      );
      return { path, text, imports: specifiers.map((specifier) => resolve(path, specifier)) };
    });
}

function resolve(importer: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(dirname(importer), specifier) : specifier;
}
