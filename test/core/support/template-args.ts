/** Arguments that lead a template through each of its branches. */
import type { Message } from '../../../src/core/report/message.ts';
import { parseTemplate, type Template } from '../../../src/core/wording/template.ts';

type Args = Message['args'];

/** 1 is singular, the others plural; 0 and 1 may have a branch of their own. */
const NUMBERS: readonly number[] = [0, 1, 2, 5335];

/** Sets of arguments: each branch of the template is taken by one of them. */
export function argsFor(text: string): readonly Args[] {
  return variants(parseTemplate(text), [{}]);
}

function variants(template: Template, before: readonly Args[]): readonly Args[] {
  return template.reduce((known, part) => {
    if (typeof part === 'string' || part.kind === 'count-of-plural') return known;
    if (part.kind === 'name') return known.map((args) => ({ [part.name]: 'x', ...args }));
    if (part.kind === 'number' || part.kind === 'date') return known.map((args) => ({ [part.name]: 0.5, ...args }));
    const inside = [...part.branches.values()].reduce((all, branch) => variants(branch, all), known);
    const values = part.kind === 'plural' ? NUMBERS : [...part.branches.keys()];
    return values.flatMap((value) => inside.map((args) => ({ ...args, [part.name]: value })));
  }, before);
}
