import type { Report } from './report.ts';

// DEL, C1 and what changes the direction of text: JSON.stringify leaves them as they are, and a terminal obeys them.
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The report as JSON, to print as it is; its form is media/report.schema.json. */
export function toJson(report: Report): string {
  const json = JSON.stringify(report, null, 2);
  return `${json.replace(UNSAFE, (bad) => `\\u${bad.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
