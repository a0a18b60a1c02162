/** Bundles made from bundles: renamed, with a pod more, with a leak grown, without one kind of file. */
import { type Member, toBytes } from './bundles.ts';
import { sockstat6Text, sockstatText, tcp6Table, tcpTable } from './tables.ts';

const decoder = new TextDecoder();

function textOf(member: Member): string {
  return 'text' in member ? decoder.decode(toBytes(member.text)) : '';
}

function mapText(member: Member, change: (text: string) => string): Member {
  return 'text' in member ? { name: member.name, text: change(textOf(member)) } : member;
}

/** Every pod, process and host under another name of the same length, so that columns stay where they are. */
export function renamed(members: readonly Member[]): readonly Member[] {
  const comms = new Map<string, string>();
  for (const member of members) {
    if (/^proc\/\d+\/comm$/.test(member.name)) {
      const comm = textOf(member).trim();
      // The sandbox of a pod is known by this name.
      if (comm !== 'pause' && comm.length > 3) comms.set(comm, [...comm].reverse().join(''));
    }
  }
  const change = (text: string) => {
    let changed = text.replace(/worker-/g, 'rekrow-');
    for (const [from, to] of comms) changed = changed.replaceAll(from, to);
    return changed;
  };
  return members.map((member) => {
    const named = { ...member, name: member.name.startsWith('var/log/') ? change(member.name) : member.name };
    return /^proc\/\d+\/(?:comm|status|stat|cmdline)$/.test(member.name) || member.name === 'meta.json'
      ? mapText(named, change)
      : named;
  });
}

const NETNS = 4026599999;
const PID = 99_900;

/** A pod that serves: one listener and `connections` established ones; alloc of the node counts them. */
export function withHealthyPod(members: readonly Member[], connections: number): readonly Member[] {
  const inode = 3_900_000_000;
  const rows = [
    { state: 10, local: '10.9.9.9:8443', inode },
    ...Array.from({ length: connections }, (_, i) => ({
      state: 1,
      local: '10.9.9.9:8443',
      remote: `10.9.8.${i % 250}:${40_000 + i}`,
      inode: inode + 1 + i,
    })),
  ];
  const counted = members.map((member) => addAlloc(member, rows.length));
  const alloc = Number(/alloc (\d+)/.exec(textOf(counted.find(isSockstat) ?? { name: '', text: '' }))?.[1] ?? 0);
  const memory = Number(
    /alloc \d+ mem (\d+)/.exec(textOf(counted.find(isSockstat) ?? { name: '', text: '' }))?.[1] ?? 0,
  );
  const folder = `proc/${PID}`;
  return [
    ...counted,
    { name: `${folder}/comm`, text: 'shop-front\n' },
    { name: `${folder}/stat`, text: `${PID} (shop-front) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99999 21889024 1\n` },
    { name: `${folder}/status`, text: 'Name:\tshop-front\nState:\tS (sleeping)\nPPid:\t1\nVmSize:\t 21384 kB\n' },
    {
      name: `${folder}/cgroup`,
      text:
        '0::/kubepods.slice/kubepods-pod11111111_2222_3333_4444_555555555555.slice/cri-containerd-' +
        `${'cd'.repeat(32)}.scope\n`,
    },
    { name: `${folder}/ns/net`, link: `net:[${NETNS}]` },
    ...rows.map((row, i) => ({ name: `${folder}/fd/${i + 3}`, link: `socket:[${row.inode}]` })),
    { name: `${folder}/net/tcp`, text: tcpTable(rows) },
    { name: `${folder}/net/tcp6`, text: tcp6Table([]) },
    { name: `${folder}/net/unix`, text: 'Num       RefCount Protocol Flags    Type St Inode Path\n' },
    {
      name: `${folder}/net/sockstat`,
      text: sockstatText({ used: rows.length, inuse: rows.length, orphan: 0, tw: 0, alloc, mem: memory }),
    },
    { name: `${folder}/net/sockstat6`, text: sockstat6Text(0) },
  ];
}

function isSockstat(member: Member): boolean {
  return /\/net\/sockstat$/.test(member.name);
}

/** alloc is of the node: every copy counts them. */
function addAlloc(member: Member, sockets: number): Member {
  return isSockstat(member)
    ? mapText(member, (text) => text.replace(/alloc (\d+)/, (_, alloc) => `alloc ${Number(alloc) + sockets}`))
    : member;
}

/** The CLOSE_WAIT of one process, `times` as many: rows and fds of the same kind, with inodes of their own. */
export function grown(members: readonly Member[], pid: number, times: number): readonly Member[] {
  // The tables of a namespace may have been read through another process of it.
  const stuck = (member: Member) =>
    textOf(member)
      .split('\n')
      .filter((line) => line.trim().split(/\s+/)[3] === '08').length;
  const table = members
    .filter((member) => /^proc\/\d+\/net\/tcp$/.test(member.name))
    .sort((a, b) => stuck(b) - stuck(a))[0];
  const sockstat = table?.name.replace(/tcp$/, 'sockstat');
  const rows = textOf(table ?? { name: '', text: '' })
    .split('\n')
    .filter((line) => line.trim().split(/\s+/)[3] === '08');
  let inode = 3_800_000_000;
  const copies: { readonly line: string; readonly inode: number }[] = [];
  for (let round = 1; round < times; round++) {
    for (const row of rows) {
      const fields = row.trim().split(/\s+/);
      fields[0] = `${10_000 + copies.length}:`;
      fields[2] = `0A0A0A0A:${(1024 + (copies.length % 60_000)).toString(16).padStart(4, '0').toUpperCase()}`;
      fields[9] = String(++inode);
      copies.push({ line: fields.join(' '), inode });
    }
  }
  const changed = members.map((member) => {
    if (member === table) return mapText(member, (text) => `${text}${copies.map((copy) => copy.line).join('\n')}\n`);
    const counted = addAlloc(member, copies.length);
    return member.name === sockstat
      ? mapText(counted, (text) =>
          text
            .replace(/inuse (\d+)/, (_, count) => `inuse ${Number(count) + copies.length}`)
            .replace(/used (\d+)/, (_, count) => `used ${Number(count) + copies.length}`),
        )
      : counted;
  });
  return [
    ...changed,
    ...copies.map((copy, i) => ({ name: `proc/${pid}/fd/${100_000 + i}`, link: `socket:[${copy.inode}]` })),
  ];
}

/** The bundle without each kind of file in turn; files of processes and of namespaces go all at once. */
export function droppedClasses(members: readonly Member[]): readonly (readonly [string, readonly Member[]])[] {
  const classes = new Map<string, Set<string>>();
  for (const { name } of members) {
    const kind = name
      .replace(/^proc\/\d+\/task\/.*/, 'proc/PID/task')
      .replace(/^proc\/\d+\/(fd|fdinfo)\/\d+$/, 'proc/PID/$1')
      .replace(/^proc\/\d+\//, 'proc/PID/')
      .replace(/^(ss|var\/log\/pods|sys\/fs\/cgroup)\/.*/, '$1')
      .replace(/^netns\/\d+\//, 'netns/N/');
    const names = classes.get(kind) ?? new Set<string>();
    classes.set(kind, names.add(name));
  }
  return [...classes].map(([kind, names]) => [kind, members.filter((member) => !names.has(member.name))]);
}
