import type { Report } from '../report/report.ts';
import type { Wording } from '../wording/wording.ts';

/** A few lines of a text entry, as they stand in the bundle. */
export interface Excerpt {
  readonly entry: string;
  readonly startLine: number;
  readonly lines: readonly string[];
}

export interface RenderOptions {
  /** The language of what is not JSON; English if not told. */
  readonly wording?: Wording;
  /** Lines of the bundle to quote; without them a format still says where the evidence is. */
  readonly excerpts?: readonly Excerpt[];
}

/** A form in which the report leaves Sockscope. */
export interface Format {
  /** As the option `--format` of the CLI names it. */
  readonly id: string;
  readonly title: string;
  /** Of a file, without the dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** It quotes lines of the bundle, which have to be read again for it. */
  readonly needsExcerpts?: boolean;
  /** The whole text, or its pieces one after the other. */
  render(report: Report, options: RenderOptions): string | Iterable<string>;
}
