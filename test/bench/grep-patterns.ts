/** The expressions of the log catalogue as `grep -E` takes them, to give both the same to look for. */
import { LOG_CATALOGUE } from '../../src/core/kernel-log/log-catalogue.ts';

export function grepPatterns(): string {
  return `${LOG_CATALOGUE.flatMap(({ patterns }) => patterns.map(({ pattern }) => toExtended(pattern))).join('\n')}\n`;
}

/**
 * `grep` looks for any of them, so that what one leaves to another (`(?!…)`) can be left out. Upper bounds are there
 * to keep our own time linear; `grep` needs none and is slow with them.
 */
function toExtended({ source }: RegExp): string {
  return source
    .replaceAll(/\[[^\]]*\]/g, (bracket) => bracket.replaceAll('\\d', '0-9'))
    .replaceAll('\\d', '[0-9]')
    .replaceAll(/\(\?![^)]*\)/g, '')
    .replaceAll('(?:', '(')
    .replaceAll(/\{([01]),\d+\}/g, (_, least) => (least === '0' ? '*' : '+'));
}
