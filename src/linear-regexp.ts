/**
 * Imported for what it does: regular expressions of this process go on in linear time when they backtrack too often, and
 * the flag `l` tells which ones cannot. Expressions come from mapping files and texts from callers; `(a+)+b` on forty
 * letters would stop the process. V8's own engine for this is behind flags, and does not have look-aheads,
 * back-references, counts above 16, and the flags `i` and `u`. Source: v8.dev/blog/non-backtracking-regexp.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--enable-experimental-regexp-engine');
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
