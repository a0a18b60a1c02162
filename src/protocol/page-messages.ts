/** Messages between the extension host and the bundle page. */

import type { TableFormat } from '../core/formats/delimited.ts';
import type { FilteredView } from '../core/page/filtered-page.ts';
import type { PageModel } from '../core/page/page-model.ts';
import type { SocketOrder, SocketRow } from '../core/query/socket-row.ts';

export type HistoryStep = 'back' | 'forward';

export type ToPage =
  | {
      readonly type: 'loading';
      readonly name: string;
      readonly step: string;
      readonly bytesRead: number;
      /** 0 when the size is not known. */
      readonly bytesTotal: number;
      /** What is known before the end, as a sentence; empty when nothing is. */
      readonly finding: string;
    }
  | { readonly type: 'page'; readonly model: PageModel }
  | { readonly type: 'failed'; readonly message: string; readonly next: string; readonly cancelled: boolean }
  /** The answer to `filter`, for the parts of the page that it changes. */
  | { readonly type: 'filtered'; readonly view: FilteredView }
  /** The answer to `sockets` with the same `request`. */
  | {
      readonly type: 'sockets';
      readonly request: number;
      readonly total: number;
      readonly first: number;
      readonly rows: readonly SocketRow[];
    }
  /** One step of the history of filters; the page says `navigate` when it has none. */
  | { readonly type: 'history'; readonly step: HistoryStep }
  /** What became of a copy or a picture that the page asked for, to be told to the reader; empty: nothing to tell. */
  | { readonly type: 'copied'; readonly ok: boolean; readonly message: string };

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'openEvidence'; readonly id: number }
  /** Another node of the archive, by its place in the list of the header. */
  | { readonly type: 'showNode'; readonly index: number }
  | { readonly type: 'filter'; readonly filter: string }
  /** A window of the table of sockets. */
  | {
      readonly type: 'sockets';
      readonly request: number;
      readonly filter: string;
      readonly order: SocketOrder;
      readonly first: number;
      readonly count: number;
    }
  /** All of them to the clipboard. */
  | {
      readonly type: 'copySockets';
      readonly filter: string;
      readonly order: SocketOrder;
      readonly format: TableFormat;
    }
  /** Opens the line of one socket. */
  | { readonly type: 'openSocket'; readonly item: number }
  /** The history of filters is at its end: VS Code's own goes on. */
  | { readonly type: 'navigate'; readonly step: HistoryStep }
  | { readonly type: 'exportMarkdown' }
  | { readonly type: 'copySummary' }
  /** The verdict as plain text: the host has it, so the page does not send text to the clipboard. */
  | { readonly type: 'copyVerdict' }
  /** A table as the reader sorted it, which the host does not know; the host puts it into the clipboard. */
  | { readonly type: 'copyText'; readonly text: string }
  /** A section as a file, to be saved where the reader says; name is the section's. */
  | {
      readonly type: 'savePicture';
      readonly kind: 'svg' | 'png';
      readonly name: string;
      readonly data: Uint8Array;
    }
  | { readonly type: 'cancel' }
  | { readonly type: 'retry' }
  /** The page's own trouble (a CSP violation, a failed draw): logged by the host, failing the tests. */
  | { readonly type: 'trouble'; readonly message: string };
