import { createLogOutliner, type LogOutline } from '../../../src/core/kernel-log/log-bursts.ts';

/** The outline of a log that is at hand as lines. */
export function outlineLog(lines: Iterable<string>): LogOutline {
  const outliner = createLogOutliner();
  for (const line of lines) outliner.take(line);
  return outliner.end();
}
