/** Command lines that run the collector script where it must run. Nothing of VS Code here. */

/**
 * Short lines, because a shell that reads a terminal may not take a long one: dash loses what is beyond 4,095
 * characters (the terminal's own limit), busybox what is beyond its line editor's.
 */
const LINE_LENGTH = 76;

/** Over ssh, from the machine that has the script; the node keeps no file of it. */
export const SSH_COMMAND = "ssh root@NODE 'sh -s' < collect.sh > sockscope-NODE.tar.gz";

/**
 * By a debug pod in the node's own root. No terminal (`-t`), which would change the bytes of the archive, and `--quiet`,
 * as kubectl tells the name of the pod on standard output.
 */
export const DEBUG_POD_COMMAND =
  'kubectl debug node/NODE -i --quiet --profile=sysadmin --image=busybox -- chroot /host sh -s < collect.sh > sockscope-NODE.tar.gz';

/** Runs a script that was saved under this name in the current folder. */
export function runCommand(name: string): string {
  return `sudo sh ${/^\w[\w.-]*$/.test(name) ? name : `'./${name.replaceAll("'", "'\\''")}'`}`;
}

/** The whole script as text to paste into a shell of the node, which needs no file and no network for it. */
export async function pasteCommand(script: Uint8Array): Promise<string> {
  const packed = base64(await gzip(stripComments(new TextDecoder().decode(script))));
  const lines = packed.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
  return `echo '${lines.join('\n')}' | base64 -d | gzip -dc | sh -s`;
}

/**
 * Without the lines that are only a comment. One that follows a continued line stays: its end would be joined to the
 * next. Blank lines stay too: they pack to almost nothing, and in a here-document they are text.
 */
function stripComments(script: string): string {
  const lines = script.split('\n');
  return lines.filter((line, index) => !/^[ \t]*#/.test(line) || lines[index - 1]?.endsWith('\\')).join('\n');
}

async function gzip(text: string): Promise<Uint8Array> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
