/** How messages become text: one renderer for every language. */
import { isMessage, type Message, type MessageArg, type Text } from '../report/message.ts';
import type { Subject } from '../report/report.ts';
import { englishTemplates } from './define-messages.ts';
import { formatUtc } from './format-utc.ts';
import { createNumbers, type Numbers, type NumberWords } from './numbers.ts';
import { sayNetns, saySubject } from './subject.ts';
import { parseTemplate, type Template, type TemplatePart } from './template.ts';

/** What a language is made of. Its templates are keyed by the ids of the English ones. */
export interface Language {
  /** BCP 47, for the `lang` of a page. */
  readonly id: string;
  readonly templates: ReadonlyMap<string, string>;
  readonly numbers: NumberWords;
  /** Between the items of a list. */
  readonly listSeparator: string;
  /** The category of a number in plurals: `one`, `other`, … */
  plural(value: number): string;
  /** What is done to each text, for languages that only try whether every text has a template. */
  readonly mark?: (text: string) => string;
}

/** Writes messages, subjects and numbers in one language. */
export interface Wording extends Numbers {
  readonly language: string;
  text(message: Text): string;
  subject(subject: Subject): string;
  /** `net:[4026532398]`. */
  netns(netns: number): string;
  /** `2026-11-22 20:22:34 UTC` of Unix seconds. */
  utc(unixSeconds: number): string;
}

export function createWording(language: Language): Wording {
  const numbers = createNumbers(language.numbers);
  const read = new Map<string, Template>();
  const mark = language.mark ?? ((text: string) => text);

  const templateOf = (id: string): Template => {
    let template = read.get(id);
    if (template === undefined) {
      const text = language.templates.get(id) ?? englishTemplates().get(id);
      if (text === undefined) throw new Error(`no template has the id ${id}`);
      template = parseTemplate(text);
      read.set(id, template);
    }
    return template;
  };
  const text = (message: Text): string =>
    typeof message === 'string' ? message : mark(fill(templateOf(message.id), message.args, 0));

  const fill = (template: Template, args: Message['args'], outer: number): string => {
    let filled = '';
    for (const part of template) filled += typeof part === 'string' ? part : fillPart(part, args, outer);
    return filled;
  };

  const fillPart = (part: Exclude<TemplatePart, string>, args: Message['args'], outer: number): string => {
    if (part.kind === 'count-of-plural') return numbers.count(outer);
    const arg = args[part.name];
    if (arg === undefined) return `{${part.name}}`;
    switch (part.kind) {
      case 'name':
        return textOf(arg);
      case 'number':
        return part.style === 'share' ? numbers.share(Number(arg), 1) : numbers[part.style](Number(arg));
      case 'date':
        return formatUtc(Number(arg));
      case 'plural': {
        const value = Number(arg);
        const branch = part.branches.get(`=${value}`) ?? part.branches.get(language.plural(value));
        return fill(branch ?? part.branches.get('other') ?? [], args, value);
      }
      case 'select':
        return fill(
          part.branches.get(String(arg).replaceAll('-', '_')) ?? part.branches.get('other') ?? [],
          args,
          outer,
        );
    }
  };

  const textOf = (arg: MessageArg): string => {
    if (typeof arg === 'string') return arg;
    if (typeof arg === 'number') return String(arg);
    if (isMessage(arg)) return text(arg);
    if (isList(arg)) return arg.map(textOf).join(language.listSeparator);
    return text(saySubject(arg));
  };

  return {
    ...numbers,
    language: language.id,
    text,
    subject: (subject) => text(saySubject(subject)),
    netns: (netns) => textOf(sayNetns(netns)),
    utc: formatUtc,
  };
}

function isList(arg: MessageArg): arg is readonly MessageArg[] {
  return Array.isArray(arg);
}
