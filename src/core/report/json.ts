import type { Report } from './report.ts';

/** The report as JSON; its form is media/report.schema.json. */
export function toJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
