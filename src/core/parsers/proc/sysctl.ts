/**
 * Files of /proc/sys: one or more whole numbers separated by blanks or tabs. Kernel: kernel/sysctl.c
 * `__do_proc_doulongvec_minmax`. `net.ipv4.tcp_mem` (pages) exists in the initial namespace only.
 */
import { type Parsed, parseCount, quote, splitFields } from '../../text.ts';
import { defineMessages } from '../../wording/define-messages.ts';

const say = defineMessages('sysctl', {
  notNumbers: 'not numbers: {text}',
});

export function parseSysctlNumbers(text: string): Parsed<readonly number[]> {
  const fields = splitFields(text);
  const values = fields.map(parseCount);
  if (values.length > 0 && values.every((value) => value !== null)) return { value: values, problems: [] };
  return { value: [], problems: [{ line: 1, message: say.notNumbers({ text: quote(text.trim()) }) }] };
}
