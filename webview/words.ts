/**
 * The language of the page: set once from the shell that the host writes around it. Without a page, as in tests, it is
 * English.
 */
import { wordingFor } from '../src/core/wording/languages.ts';
import type { Wording } from '../src/core/wording/wording.ts';

export const words: Wording = wordingFor(typeof document === 'undefined' ? '' : document.documentElement.lang);
