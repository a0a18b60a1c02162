/**
 * What the verdict says, by key: a translation replaces this table and nothing else. `{name}` is filled in; numbers
 * come formatted, names of the bundle cleaned.
 */
const TEXTS = {
  end: '{text}.',
  'memory-fine': '. TCP memory itself is below its limits.',
  'memory-of-cause': ": {least} {share} of this node's TCP memory.",
  'memory-too': ' and {least} {share} of its TCP memory.',
  'memory-elsewhere': ". The memory is elsewhere: {who} has {least} {share} of this node's TCP memory.",
  'memory-hidden': '. TCP memory{level} {share} of it is in no open socket, so most likely unread data of these.',
  'memory-hidden-healthy': ' itself is below its limits;',
  'memory-hidden-short': ':',
  'at-least': 'at least',
  about: 'about',
  'trouble-owner': '{what}; {who} has {share} of it.',
  'trouble-nobody': '{what}; no single process owns it.',
  'trouble-unknown': '{what}, but the bundle does not hold enough to say who is to blame: {gaps}.',
  possibly: 'Possibly {text}, but the bundle does not hold enough to be sure: {gaps}.',
  insufficient: 'The bundle does not hold enough to judge this node: {gaps}.',
  healthy: 'Nothing wrong was found: {alloc} on this node, every one accounted for, and TCP memory below its limits.',
  'because-nothing': 'Nothing wrong was found in what is there: {checked}.',
  'because-checked': 'Checked: {checked}.',
  'because-cause': '{namespaces} and {processes} were readable{rest}.{doubt}',
  'rest-none': ', no socket is left unexplained',
  'rest-some': ', {sockets} unexplained',
  'of-namespaces': '{seen} of {known}',
  'of-processes': '{readable} of {total}',
  'checked-fds': 'the fds of {processes}',
  'checked-memory': 'TCP memory ({share} of the maximum)',
  'gap-sockstat': 'sockstat is missing',
  'gap-tcp-mem': 'net.ipv4.tcp_mem is missing',
  'gap-tables': 'no socket table is there',
  'gap-namespaces': '{missing} of {known} were not captured',
  'gap-fds': 'no fd links were captured',
  'gap-some-fds': 'the fds of {missing} were not readable',
  'gap-close-wait': '{sockets} are in CLOSE_WAIT, and nobody has enough of them to be accused',
  'gap-hint': 'something does not add up',
  'gap-truncated': 'the archive ends early',
  'gap-closed': '{sockets} are closed but still held, by no process in particular',
  'gap-elsewhere': '{sockets} that fds hold are in no namespace that was captured',
  'gap-contradiction': 'sockstat and the socket tables contradict each other',
  'gap-residual': '{sockets} of alloc are in no table that was captured and are not known to be closed',
  'paragraph-sure': 'We are {confidence} about this: {because}',
  'confidence-high': 'certain',
  'confidence-medium': 'fairly sure',
  'confidence-low': 'not sure',
  'paragraph-fix': 'What to do: {fixes}',
  'paragraph-non-fix': 'What will not help: {nonFixes}',
  'paragraph-next': 'What would settle the rest: {next}',
} as const;

export type TextId = keyof typeof TEXTS;
export type TextArgs = Readonly<Record<string, string>>;

/** The text of a key with its arguments filled in. */
export function say(id: TextId, args: TextArgs = {}): string {
  return TEXTS[id].replace(/\{(\w+)\}/g, (hole, name: string) => args[name] ?? hole);
}
