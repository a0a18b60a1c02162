/**
 * Writes a page for each message of the kernel log catalogue, media/log/<id>.md, and the line of each page of a rule
 * that leads back to them.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { topicsOfMessage } from '../../../src/core/editor/log-topics.ts';
import { LOG_CATALOGUE, type LogMessage } from '../../../src/core/kernel-log/log-catalogue.ts';
import { readLogPrefix } from '../../../src/core/kernel-log/log-prefix.ts';
import { RULES, type RuleId } from '../../../src/core/rules/index.ts';
import type { Rule } from '../../../src/core/rules/rule.ts';
import { FORMS } from '../kernel-log/log-lines.ts';
import { english } from './english.ts';

const MEDIA = join(import.meta.dirname, '../../../media');
const FOLDER = join(MEDIA, 'log');
const LINE_LENGTH = 120;

export function logPage(message: LogMessage) {
  const { id, level, title, meaning, patterns, causes, confirm, counters, fixes, nonFixes } = english(message);
  const list = (heading: string, items: readonly string[]) =>
    items.length === 0 ? [] : ['', `## ${heading}`, '', ...items.map((item) => `- ${item}`)];
  return `${[
    `# ${title}`,
    '',
    `\`${id}\`, ${level}. ${meaning}`,
    ...list(
      'How it looks',
      patterns.map(({ era }) => `${era}: \`${sampleOf(id, era)}\``),
    ),
    ...list('Causes', causes),
    ...list('What confirms it', [confirm]),
    ...list(
      'Counters of the same event',
      counters.map((counter) => `\`${counter}\`: no rate limit cuts it short.`),
    ),
    ...list('What helps', fixes),
    ...list('What does not help', nonFixes),
    ...list('Rules about it', rulesOfMessage(id).map(ruleLink)),
  ].join('\n')}\n`;
}

/** The words of the kernel, as a log of that era has them, without what a tool puts before. */
function sampleOf(id: string, era: string): string {
  const line = FORMS.find(([formId, formEra]) => formId === id && formEra === era)?.[2];
  if (line === undefined) throw new Error(`No line of ${id}: ${era}`);
  return line.slice(readLogPrefix(line).textStart);
}

/** Those about its topics, in the order of these; of one topic the likeliest cause first. */
export function rulesOfMessage(messageId: string): readonly RuleId[] {
  const rules: readonly Rule<RuleId>[] = [...RULES].sort(byRank);
  return topicsOfMessage(messageId).flatMap((topic) =>
    rules.filter(({ about }) => about.includes(topic)).map(({ id }) => id),
  );
}

function byRank(a: Rule, b: Rule): number {
  return (a.rank ?? RULES.length) - (b.rank ?? RULES.length);
}

function ruleLink(id: RuleId): string {
  return `[${id}](../rules/${id}.md): ${english(RULES.find((rule) => rule.id === id)?.title)}.`;
}

const BACK_LINKS = '- Messages of the kernel log: ';

/** The last item of the references of a rule; empty for a rule that no message is about. */
export function backLinks(ruleId: RuleId): string {
  const links = LOG_CATALOGUE.filter(({ id }) => rulesOfMessage(id).includes(ruleId)).map(
    ({ id }) => `[${id}](../log/${id}.md)`,
  );
  if (links.length === 0) return '';
  const lines = [BACK_LINKS.trimEnd()];
  links.forEach((link, index) => {
    const word = ` ${link}${index < links.length - 1 ? ',' : ''}`;
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > LINE_LENGTH) lines.push(` ${word}`);
    else lines[lines.length - 1] = last + word;
  });
  return `${lines.join('\n')}\n`;
}

/** The page of a rule with its own back links in place of whatever there was. */
export function withBackLinks(page: string, ruleId: RuleId): string {
  const at = page.indexOf(`\n${BACK_LINKS}`);
  return `${at < 0 ? page.trimEnd() : page.slice(0, at)}\n${backLinks(ruleId)}`;
}

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER)) rmSync(join(FOLDER, name));
  for (const message of LOG_CATALOGUE) writeFileSync(join(FOLDER, `${message.id}.md`), logPage(message));
  for (const { id } of RULES) {
    const path = join(MEDIA, 'rules', `${id}.md`);
    writeFileSync(path, withBackLinks(readFileSync(path, 'utf8'), id));
  }
}
