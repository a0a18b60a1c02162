import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { createAnchorSearch } from '../../../src/core/kernel-log/anchor-search.ts';
import {
  createAnchorPattern,
  LOG_ANCHORS,
  LOG_CATALOGUE,
  type LogMessage,
  logMessage,
  matchLogLine,
} from '../../../src/core/kernel-log/log-catalogue.ts';
import { RULES } from '../../../src/core/rules/index.ts';
import { englishTemplates } from '../../../src/core/wording/define-messages.ts';
import { toBytes } from '../support/bundles.ts';
import { defined } from '../support/defined.ts';
import { english } from '../support/english.ts';
import { logPage, withBackLinks } from '../support/log-pages.ts';
import { FORMS, NOT_IN_CATALOGUE, VARIANTS } from './log-lines.ts';

const search = createAnchorSearch(LOG_ANCHORS);

function isFound(line: string): boolean {
  const bytes = toBytes(line);
  return search.find(bytes, 0, bytes.length) >= 0 && createAnchorPattern().test(line);
}

function idsOf(line: string): readonly string[] {
  return LOG_CATALOGUE.filter(({ patterns }) => patterns.some(({ pattern }) => pattern.test(line))).map(({ id }) => id);
}

for (const [id, era, line, nearMiss] of FORMS) {
  test(`"${line.slice(0, 90)}" is ${id} (${era}) and nothing else, and the scanner finds it`, () => {
    const form = logMessage(id)?.patterns.find((each) => english(each.era) === era);
    assert.ok(form?.pattern.test(line), 'the pattern of this era matches');
    assert.equal(matchLogLine(line)?.id, id);
    assert.deepEqual(idsOf(line), [id]);
    assert.ok(isFound(line));
  });
  test(`"${nearMiss.slice(0, 90)}" is not ${id} (${era})`, () => {
    assert.notEqual(matchLogLine(nearMiss)?.id, id);
    assert.ok(!idsOf(nearMiss).includes(id));
  });
}

for (const [id, line] of VARIANTS) {
  test(`"${line.slice(0, 90)}" is ${id} as well`, () => {
    assert.deepEqual(idsOf(line), [id]);
    assert.equal(matchLogLine(line)?.id, id);
    assert.ok(isFound(line));
  });
}

for (const line of NOT_IN_CATALOGUE) {
  test(`"${line.slice(0, 90)}" is in no entry of the catalogue`, () => {
    assert.equal(matchLogLine(line), undefined);
    assert.deepEqual(idsOf(line), []);
  });
}

test('every form of every entry has its line and its near miss', () => {
  const pairs = (forms: readonly (readonly [string, string, ...unknown[]])[]) =>
    forms.map(([id, era]) => `${id}: ${era}`);
  const known = LOG_CATALOGUE.flatMap(({ id, patterns }) => patterns.map(({ era }) => [id, english(era)] as const));
  assert.deepEqual([...new Set(pairs(FORMS))].sort(), pairs(known).sort());
});

test('ids are unique and every entry explains itself', () => {
  assert.equal(new Set(LOG_CATALOGUE.map((message) => message.id)).size, LOG_CATALOGUE.length);
  for (const message of LOG_CATALOGUE) {
    assert.equal(logMessage(message.id), message);
    assert.deepEqual(faults(message), [], message.id);
  }
  assert.equal(logMessage('no-such-id'), undefined);
});

function faults(message: LogMessage): readonly string[] {
  const { id, title, meaning, confirm, causes, fixes, nonFixes } = english(message);
  const { anchors, patterns, counters } = message;
  const found: string[] = [];
  if (!/^[a-z]+(?:-[a-z]+)*$/.test(id)) found.push('the id');
  if (!/^[A-Z].*[^.]$/.test(title)) found.push('the title');
  for (const text of [meaning, confirm, ...causes, ...fixes, ...nonFixes]) {
    if (!/^[^ ].*[.?]$/.test(text)) found.push(`no sentence: ${text}`);
  }
  if ([causes, nonFixes, patterns, anchors].some(({ length }) => length === 0)) found.push('an empty list');
  for (const anchor of anchors) if (!/^[ -~]{14,}$/.test(anchor)) found.push(`the anchor ${anchor}`);
  for (const counter of counters) if (!/^\w+\.\w+$/.test(counter)) found.push(`the counter ${counter}`);
  if (new Set(patterns.map(({ era }) => english(era))).size < patterns.length) found.push('an era twice');
  for (const { pattern } of patterns) {
    if (pattern.flags !== '') found.push(`flags of ${pattern}`);
    // A group that repeats, with something in it that repeats, can take exponential time.
    if (/\)[*+{]/.test(pattern.source)) found.push(`a group that repeats in ${pattern}`);
  }
  return found;
}

test('every sentence of an entry is a message of its own id, or one that entries share', () => {
  for (const { id, patterns, title, meaning, causes, confirm, fixes, nonFixes } of LOG_CATALOGUE) {
    const own = [title, meaning, confirm].map((message) => message.id);
    assert.deepEqual(own, [`log.${id}.title`, `log.${id}.meaning`, `log.${id}.confirm`]);
    for (const [list, messages] of Object.entries({
      causes,
      fixes,
      nonFixes,
      patterns: patterns.map(({ era }) => era),
    }))
      for (const message of messages) {
        assert.ok(message.id.startsWith(`log.${id}.${list}.`) || /^log\.\w+$/.test(message.id), message.id);
        assert.deepEqual(message.args, {});
      }
  }
  const scopes = new Set(LOG_CATALOGUE.map(({ id }) => id));
  const stray = [...englishTemplates().keys()].filter(
    (id) => /^log\.[^.]+\./.test(id) && !scopes.has(id.split('.')[1] ?? ''),
  );
  assert.deepEqual(stray, []);
});

test('a long line of half a message costs no more than a long line', () => {
  const started = performance.now();
  for (const anchor of LOG_ANCHORS) matchLogLine(anchor.repeat(64_000 / anchor.length));
  for (const [, , line] of FORMS) matchLogLine(`${line.slice(0, -3)} `.repeat(64_000 / line.length));
  assert.ok(performance.now() - started < 20_000);
});

test('out of memory of TCP and of the kernel are never the same entry', () => {
  const ofTcp = ['tcp-out-of-memory', 'tcp-out-of-socket-memory'];
  const lines = [...FORMS.map(([id, , line]) => [id, line] as const), ...VARIANTS];
  for (const [id, line] of lines.filter(([, text]) => /out of (?:socket )?memory/i.test(text))) {
    assert.equal(ofTcp.includes(matchLogLine(line)?.id ?? ''), ofTcp.includes(id), line);
    assert.equal(matchLogLine(line)?.id === 'oom-kill', id === 'oom-kill', line);
  }
});

test('no entry but those about TCP memory says that tcp_mem helps, and the log line never says to raise it', () => {
  for (const { id, fixes } of LOG_CATALOGUE) {
    assert.doesNotMatch(english(fixes).join(' '), /(?:[Rr]aise|[Ii]ncrease) (?:net\.ipv4\.)?tcp_mem/, id);
  }
  assert.doesNotMatch(english(logMessage('tcp-out-of-memory')?.fixes ?? []).join(' '), /[Rr]aise|[Ii]ncrease/);
});

test('every message has its page in media/log, written by node test/core/support/log-pages.ts, and no page is of none', () => {
  const folder = new URL('../../../media/log/', import.meta.url);
  assert.deepEqual(readdirSync(folder).sort(), LOG_CATALOGUE.map(({ id }) => `${id}.md`).sort());
  for (const message of LOG_CATALOGUE)
    assert.equal(readFileSync(new URL(`${message.id}.md`, folder), 'utf8'), logPage(message), message.id);
});

test('pages of messages and pages of rules lead to each other, and no link leads nowhere', () => {
  const media = new URL('../../../media/', import.meta.url);
  const links = new Set<string>();
  for (const folder of ['log', 'rules'])
    for (const name of readdirSync(new URL(`${folder}/`, media))) {
      const page = readFileSync(new URL(`${folder}/${name}`, media), 'utf8');
      for (const [, target = ''] of page.matchAll(/\]\((\.\.[^)]+)\)/g)) {
        assert.ok(existsSync(new URL(target, new URL(`${folder}/`, media))), `${name}: ${target}`);
        links.add(`${folder}/${name} ${target.slice(3)}`);
      }
    }
  assert.ok(links.has('log/syn-flood.md rules/syn-backlog-overflow.md'));
  for (const link of links) assert.ok(links.has(link.split(' ').reverse().join(' ')), link);
  for (const { id } of RULES) {
    const page = readFileSync(new URL(`rules/${id}.md`, media), 'utf8');
    assert.equal(withBackLinks(page, id), page, id);
  }
});

test('a page shows lines as the kernel writes them, and no expression', () => {
  const page = logPage(defined(logMessage('tcp-too-many-orphans')));
  assert.match(page, /- Linux 3\.4 and later: `TCP: too many orphaned sockets`\n/);
  for (const message of LOG_CATALOGUE) {
    const samples = [...logPage(message).matchAll(/^- [^`\n]+: `(.+)`$/gm)].map(([, sample = '']) => sample);
    assert.deepEqual(
      samples.map((sample) => matchLogLine(sample)?.id),
      message.patterns.map(() => message.id),
    );
  }
});
