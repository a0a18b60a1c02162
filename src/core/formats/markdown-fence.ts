import { cleanText } from '../text.ts';

/** A block that Markdown shows as it is: the fence is longer than any run of backticks inside, so nothing closes it. */
export function fenceText(lines: readonly string[]): string[] {
  const clean = lines.map(cleanText);
  const longest = Math.max(2, ...clean.map(longestRun));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...clean, fence];
}

function longestRun(line: string): number {
  return (line.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
