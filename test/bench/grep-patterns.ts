/** The expressions of the log catalogue as `grep -E` takes them, to give both the same to look for. */
import { LOG_CATALOGUE } from '../../src/core/parsers/log-catalogue.ts';

export function grepPatterns(): string {
  return `${LOG_CATALOGUE.map(({ pattern }) => toExtended(pattern)).join('\n')}\n`;
}

function toExtended(pattern: RegExp): string {
  const text = pattern.source.replaceAll('\\d', '[0-9]').replaceAll('(?:', '(');
  return pattern.flags.includes('i') ? anyCase(text) : text;
}

/** `grep -i` would hold for all patterns. Escapes and what is in brackets keep their letters. */
function anyCase(text: string): string {
  return text.replaceAll(/\\.|\[[^\]]*\]|[a-z]/gi, (part) =>
    part.length > 1 ? part : `[${part.toUpperCase()}${part.toLowerCase()}]`,
  );
}
