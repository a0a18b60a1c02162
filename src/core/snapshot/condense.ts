/**
 * What is wanted of the larger files of a process, so that those of thousands need not all stay in memory until the
 * archive has ended. The lines that are kept keep their numbers.
 */
import type { PidFile } from '../layouts/route.ts';
import { copyText, type TextFact } from '../text.ts';

const WANTED: Partial<Readonly<Record<PidFile, RegExp>>> = {
  limits: /^Max open files/,
  status: /^(?:Name|State|PPid|VmSize):/,
};

export function condenseProcessFile(file: PidFile, fact: TextFact): TextFact {
  const wanted = WANTED[file];
  if (wanted === undefined) return fact;
  let text = '';
  let pending = 0;
  for (let start = 0; start < fact.text.length; ) {
    const newline = fact.text.indexOf('\n', start);
    const end = newline < 0 ? fact.text.length : newline;
    const line = fact.text.slice(start, end);
    if (wanted.test(line)) {
      text += `${'\n'.repeat(pending)}${line}\n`;
      pending = 0;
    } else pending++;
    start = end + 1;
  }
  return { ...fact, text: copyText(text) };
}
