/** Plain copies of /proc written anew as a bundle of the collector (docs/bundle-format.md). */
import { type Member, toBytes } from './bundles.ts';

const PROCESS_FILE = /^proc\/\d+\/(?:comm|status|stat|limits|cgroup|cmdline)$/;
const FD = /^(proc\/\d+(?:\/task\/\d+)?\/fd)\/(\d+)$/;
const decoder = new TextDecoder();

/** A block as the collector writes it: content that looks like a heading gets a blank more. */
export function block(path: string, content = ''): string {
  const whole = content === '' || content.endsWith('\n') ? content : `${content}\n`;
  return `==> ${path} <==\n${whole.replace(/^( *==> )/gm, ' $1')}`;
}

export const ROOT = 'sockscope-node-1-20261122T202234Z/';

function textOf(member: Member): string {
  return 'text' in member ? decoder.decode(toBytes(member.text)) : '';
}

/** Members of a plain tree without a folder above it. */
export function toSockscope(members: readonly Member[]): readonly Member[] {
  const blocks = new Map<string, string[]>();
  const add = (file: string, text: string) => {
    const parts = blocks.get(file) ?? [];
    blocks.set(file, parts);
    parts.push(text);
  };
  const fds = new Map<string, string[]>();
  const kept: Member[] = [];
  for (const member of members) {
    const { name } = member;
    const [, folder, fd] = FD.exec(name) ?? [];
    if (folder !== undefined && 'link' in member)
      fds.set(folder, [...(fds.get(folder) ?? []), `${fd} -> ${member.link}\n`]);
    else if (PROCESS_FILE.test(name)) add('processes.txt', block(`/${name}`, textOf(member).replaceAll('\0', ' ')));
    else if (/^proc\/\d+\/ns\/net$/.test(name) && 'link' in member)
      add('netns.txt', block(`/${name.replace(/\/net$/, '')}`, `net -> ${member.link}\n`));
    else if (/^proc\/\d+\/fdinfo\//.test(name)) add('fdinfo.txt', block(`/${name}`, textOf(member)));
    else if (name.startsWith('sys/fs/cgroup/')) add('cgroups.txt', block(`/${name}`, textOf(member)));
    else if (/^var\/log\/(?:pods|containers)\//.test(name)) add('pods.txt', `/${name}\n`);
    else if (name === 'meta.json') add('manifest.json', manifestOf(textOf(member)));
    else kept.push(member);
  }
  // The directory of a kernel thread can be read, and is empty.
  for (const member of members) {
    const folder = `${member.name.replace(/stat$/, '')}fd`;
    if (/^proc\/\d+\/stat$/.test(member.name) && isKernelThread(textOf(member)) && !fds.has(folder))
      fds.set(folder, []);
  }
  // In the order of ls and of the shell's globs, which is not that of numbers.
  for (const folder of [...fds.keys()].sort())
    add('fds.txt', block(`/${folder}`, (fds.get(folder) ?? []).sort().join('')));
  const files = [...blocks].map(([name, parts]) => ({ name, text: parts.join('') }));
  return [...files, ...kept].map((member) => ({ ...member, name: `${ROOT}${member.name}` }));
}

function isKernelThread(stat: string): boolean {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[20] === '0';
}

function manifestOf(meta: string): string {
  const { hostname, kernel, page_size, clk_tck, captured_at } = JSON.parse(meta) as Record<string, unknown>;
  return `${JSON.stringify(
    {
      format: 'sockscope-bundle',
      version: 1,
      host: { hostname, kernel, page_size, clk_tck },
      clock: { captured: captured_at },
      view: { sees_host: true },
    },
    null,
    2,
  )}\n`;
}
