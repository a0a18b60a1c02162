/** What a terminal shows as colours: `dmesg --color=always` writes them into the middle of a message. */

const ESCAPE = '\u001b';
const COLOUR = new RegExp(`${ESCAPE}\\[[\\d;]{0,20}m`, 'g');

export function hasColours(line: string): boolean {
  return line.includes(ESCAPE);
}

export function withoutColours(line: string): string {
  return hasColours(line) ? line.replace(COLOUR, '') : line;
}
