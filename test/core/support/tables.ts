/** Text of socket tables, as the kernel prints them (tcp_ipv4.c get_tcp4_sock, tcp_ipv6.c get_tcp6_sock). */
export interface TcpRow {
  readonly state: number;
  /** `10.0.0.1:80`, or `[::1]:80` words as 32 hex digits before the colon for the family 6. */
  readonly local?: string;
  readonly remote?: string;
  readonly tx?: number;
  readonly rx?: number;
  readonly timer?: number;
  readonly retransmits?: number;
  readonly uid?: number;
  readonly inode?: number;
}

const HEADER4 =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     ';
const HEADER6 =
  '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** Little-endian words, as on x86 and arm64. */
function address4(text: string): string {
  const [host = '', port = '0'] = text.split(':');
  const bytes = host.split('.').map(Number).reverse();
  return `${bytes.map((byte) => hex(byte, 2)).join('')}:${hex(Number(port), 4)}`;
}

/** An IPv4 address as a mapped one: what a dual-stack listener sees. */
function mapped(text: string): string {
  return `0000000000000000FFFF0000${address4(text)}`;
}

function row(index: number, line: TcpRow, address: (text: string) => string): string {
  const head = `${String(index).padStart(4)}: ${address(line.local ?? '10.0.0.1:80')} ${address(line.remote ?? '10.0.0.2:4000')}`;
  const queues = `${hex(line.tx ?? 0, 8)}:${hex(line.rx ?? 0, 8)}`;
  const timer = `${hex(line.timer ?? 0, 2)}:00000000 ${hex(line.retransmits ?? 0, 8)}`;
  const tail = `${String(line.uid ?? 0).padStart(5)}        0 ${line.inode ?? 0} 1 00000000a1c5b8e4`;
  const short = line.state === 6 || line.timer === 3;
  return `${head} ${hex(line.state, 2)} ${queues} ${timer} ${tail}${short ? '' : ' 20 4 30 10 -1'}`;
}

export function tcpTable(rows: readonly TcpRow[] = []): string {
  return [HEADER4, ...rows.map((line, i) => row(i, line, address4).padEnd(149))].map((line) => `${line}\n`).join('');
}

/** Rows of net/tcp6; addresses are written as IPv4 and come out mapped. */
export function tcp6Table(rows: readonly TcpRow[] = []): string {
  return [HEADER6, ...rows.map((line, i) => row(i, line, mapped))].map((line) => `${line}\n`).join('');
}

export interface SockstatNumbers {
  readonly used?: number;
  readonly inuse: number;
  readonly orphan?: number;
  readonly tw?: number;
  readonly alloc: number;
  readonly mem?: number;
}

export function sockstatText(numbers: SockstatNumbers): string {
  const { used = numbers.inuse, inuse, orphan = 0, tw = 0, alloc, mem = 0 } = numbers;
  return `sockets: used ${used}\nTCP: inuse ${inuse} orphan ${orphan} tw ${tw} alloc ${alloc} mem ${mem}\nUDP: inuse 1 mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n`;
}

export function sockstat6Text(inuse: number): string {
  return `TCP6: inuse ${inuse}\nUDP6: inuse 0\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n`;
}
