/** Writes a page for each message of the kernel log catalogue: media/log/<id>.md. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_CATALOGUE, type LogMessage } from '../../../src/core/parsers/log-catalogue.ts';

const FOLDER = join(import.meta.dirname, '../../../media/log');

export function logPage({
  id,
  level,
  title,
  meaning,
  patterns,
  causes,
  confirm,
  counters,
  fixes,
  nonFixes,
}: LogMessage) {
  const list = (heading: string, items: readonly string[]) =>
    items.length === 0 ? [] : ['', `## ${heading}`, '', ...items.map((item) => `- ${item}`)];
  return `${[
    `# ${title}`,
    '',
    `\`${id}\`, ${level}. ${meaning}`,
    ...list(
      'Forms',
      patterns.map(({ era, pattern }) => `${era}: \`${pattern.source}\``),
    ),
    ...list('Causes', causes),
    ...list('What confirms it', [confirm]),
    ...list(
      'Counters of the same event',
      counters.map((counter) => `\`${counter}\`: no rate limit cuts it short.`),
    ),
    ...list('What helps', fixes),
    ...list('What does not help', nonFixes),
  ].join('\n')}\n`;
}

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER)) rmSync(join(FOLDER, name));
  for (const message of LOG_CATALOGUE) writeFileSync(join(FOLDER, `${message.id}.md`), logPage(message));
}
