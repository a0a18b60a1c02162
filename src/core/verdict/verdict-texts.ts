/**
 * What the verdict says, by key: a translation replaces this table and nothing else. `{name}` is filled in; numbers
 * come formatted, names of the bundle cleaned.
 */
const TEXTS = {
  'close-wait-leak': '{who} holds {held} and has not closed the {stuck} whose peers are gone{alsoClosed}{share}',
  'also-closed': ', nor given back {closed} that TCP has closed',
  'closed-socket-leak': '{who} holds {stuck} that are closed but were never given back{share}',
  'failed-connect-leak': '{who} holds {stuck} whose connect() failed and that it never closed{share}',
  'shutdown-without-close': '{who} holds {stuck} that it has shut down but never closed{share}',
  'half-closed-held':
    '{who} keeps {stuck} half-closed: it has ended its direction and waits for peers that do not close{share}',
  'accept-queue-stalled': '{who} does not accept: {stuck} wait at its port {port}{share}',
  'orphan-flood':
    '{who} has closed connections whose peers do not acknowledge: {orphans} on this node against a limit of {limit}',
  'stalled-reader': '{who} does not read what has arrived: {bytes} wait on {sockets}',
  'stalled-peer': '{who} has sent data that {peer} not take, on {sockets}',
  'peer-does': '{peer} does',
  'peers-do': 'its peers do',
  'tcp-mem-misconfigured': 'No process leaks: net.ipv4.tcp_mem itself is set far too small for ordinary traffic',
  'time-wait-flood': '{who} reached the TIME_WAIT limit of its namespace; that costs ports, not TCP memory',
  message: '{message}',
  share: ": {share} of this node's TCP sockets",
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
  'trouble-memory': 'TCP memory is at its limit',
  'trouble-dropped': 'The kernel dropped connections for lack of TCP memory',
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
