import type { Message } from '../report/message.ts';
import type { Evidence } from '../report/report.ts';
import { type Sockets, sourceOf } from '../snapshot/sockets.ts';

/** First to last line of matching rows, in the table that the first of them is in. */
export class RowRange {
  rows = 0;
  #entry = '';
  #source = -1;
  #first = 0;
  #last = 0;

  add(sockets: Sockets, row: number): void {
    const source = sockets.source[row] ?? 0;
    const line = sockets.line[row] ?? 0;
    if (this.rows++ === 0) {
      this.#entry = sourceOf(sockets, row)?.entry ?? '';
      this.#source = source;
      this.#first = line;
      this.#last = line;
    } else if (source === this.#source) {
      this.#first = Math.min(this.#first, line);
      this.#last = Math.max(this.#last, line);
    }
  }

  /** `say` makes the note from the number of rows. */
  evidence(say: (args: { rows: number }) => Message): Evidence | null {
    if (this.rows === 0) return null;
    return { entry: this.#entry, startLine: this.#first, endLine: this.#last, note: say({ rows: this.rows }) };
  }
}
