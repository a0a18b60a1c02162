import { type LogMessage } from '../src/core/parsers/log-catalogue.ts';
export declare function logPage({
  id,
  level,
  title,
  meaning,
  patterns,
  causes,
  confirm,
  counters,
  fixes,
  nonFixes,
}: LogMessage): string;
