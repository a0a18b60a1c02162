/** Strings that want to be more than a name: what fuzzers splice in, and what no output may obey. */

/** C0, ESC and OSC, DEL, C1, and what changes direction or hides. */
const CONTROL: readonly string[] = [
  '\u0000',
  '\u0007',
  '\u001b[2J',
  '\u001b]0;owned\u0007',
  '\u001b]8;;http://evil\u001b\\click\u001b]8;;\u001b\\',
  '\u007f',
  '\u009b31m',
  '\u202egnp.exe',
  '\u2066x\u2069',
  '\u200b',
  '\ufeff',
  '\r\n',
];

/** Markup of every place that shows text: HTML, Markdown, Mermaid, SARIF and JSON, CSV. */
export const SCREEN_STRINGS: readonly string[] = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<!--',
  '<https://evil.example>',
  '[click](command:workbench.action.quit)',
  '[click](javascript:alert(1))',
  '![x](http://evil.example/x.png)',
  '[x]: command:sockscope.closeBundle',
  'a|b|c',
  '\\|',
  '\\',
  '| --- |',
  '```',
  '`',
  '~~~',
  '**b** _i_ # h @all',
  '1. x',
  '- [ ] x',
  'http://evil.example www.evil.example mailto:a@b',
  '"];B-->C[("x")] %% click A "javascript:alert(1)"',
  '"},{"ruleId":"x","uri":"file:///etc/passwd"',
  '=HYPERLINK("http://evil","x")',
  "+1+cmd|'/c calc'!A0",
  '@SUM(1)',
  '$(command:x)',
  `$${'{workspaceFolder}'}`,
  '%s%n%x',
  '__proto__',
  'constructor',
  '\ud800',
];

export const HOSTILE_STRINGS: readonly string[] = [...CONTROL, ...SCREEN_STRINGS];

/** What stands in a bundle where data should be. */
export const SHELL_MESSAGES: readonly string[] = [
  'cat: /proc/1/net/tcp: No such file or directory\n',
  'bash: line 3: ss: command not found\n',
  "ls: cannot open directory '/proc/1/fd': Permission denied\n",
  'dmesg: read kernel buffer failed: Operation not permitted\n',
];

export const NUMBERS: readonly string[] = [
  '0',
  '-1',
  '-9223372036854775808',
  '4294967295',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775807',
  '18446744073709551616',
  '1e309',
  'NaN',
  '00000000000000000000000000000000000001',
  '0x7fffffff',
  '',
];

/** Words with a meaning for some parser or layout. */
export const WORDS: readonly string[] = [
  '==> /proc/1/fd <==\n',
  '==> /proc/700/status <==\n',
  ' ==> /proc/1/stat <==\n',
  '(denied)\n',
  ' -> ',
  'socket:[100]',
  'net:[4026532000]',
  'proc/1/fd/7',
  'proc/4294967297/fd/4294967295',
  'TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 1\n',
  'sockscope-bundle',
  'samples/2/',
  '../../etc/passwd',
  '/',
  '{"a":',
  '[[[[[[[[',
  'null',
  'skmem:(r1,rb1,t1,tb1,f1,w1',
  'ino:100',
  '",pid=700',
  'TCP: out of memory -- consider tuning tcp_mem',
  'lrwx------ 1 root root 64 Nov 22 20:22 7 -> socket:[51]\n',
  '/proc/1/fd:\n',
];
