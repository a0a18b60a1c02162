/**
 * An error of whoever takes the members is a bug, not damage of the archive. It must not pass through tar-stream, which
 * would lose it and wait for ever: it is kept here, nothing more is shown, and the scan throws it when it is back.
 */
import type { BundleVisitor, ByteSink } from '../core/bundle.ts';

export interface GuardedVisitor {
  readonly visitor: BundleVisitor;
  /** Shows a file of which all bytes are there. */
  showWhole(name: string, body: Uint8Array): void;
  /** Throws what the visitor has thrown. */
  check(): void;
}

export function guardVisitor(visitor: BundleVisitor): GuardedVisitor {
  let thrown: { readonly error: unknown } | null = null;
  const guard = <T>(call: () => T): T | undefined => {
    if (thrown !== null) return undefined;
    try {
      return call();
    } catch (error) {
      thrown = { error };
      return undefined;
    }
  };
  return {
    visitor: {
      // Called 800,000 times: without a closure.
      link(bytes, name, target, isNext) {
        if (thrown !== null) return;
        try {
          visitor.link(bytes, name, target, isNext);
        } catch (error) {
          thrown = { error };
        }
      },
      directory: (name) => guard(() => visitor.directory(name)),
      file(name, sizeBytes) {
        const sink = guard(() => visitor.file(name, sizeBytes));
        return sink === undefined ? undefined : new GuardedSink(sink, guard);
      },
    },
    // Most files are small: without closures, too.
    showWhole(name, body) {
      if (thrown !== null) return;
      try {
        const sink = visitor.file(name, body.length);
        if (sink === undefined) return;
        if (body.length > 0) sink.write(body);
        sink.end(true);
      } catch (error) {
        thrown = { error };
      }
    },
    check() {
      if (thrown !== null) throw thrown.error;
    },
  };
}

class GuardedSink implements ByteSink {
  readonly #sink: ByteSink;
  readonly #guard: (call: () => void) => void;

  constructor(sink: ByteSink, guard: (call: () => void) => void) {
    this.#sink = sink;
    this.#guard = guard;
  }

  write(chunk: Uint8Array): void {
    this.#guard(() => this.#sink.write(chunk));
  }

  end(complete: boolean): void {
    this.#guard(() => this.#sink.end(complete));
  }
}
