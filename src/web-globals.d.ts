// The globals of web standards that Node, web workers and both extension hosts of VS Code have, as far as they are used
// here. What is compiled with these, without the types of Node and of the DOM, runs in each of them.
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

interface AbortSignal {
  readonly aborted: boolean;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}

declare const performance: { now(): number };

/** A number in browsers, an object in Node. */
interface TimerId {
  readonly opaque: never;
}
declare function setTimeout(run: () => void, afterMs: number): TimerId;
declare function clearTimeout(timer: TimerId | undefined): void;

declare class MessageChannel {
  readonly port1: MessagePort;
  readonly port2: MessagePort;
}

interface MessagePort {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
  close(): void;
}

declare const crypto: { getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> };

/** Base64 of characters that each stand for a byte. */
declare function btoa(bytes: string): string;

interface ByteStream {
  pipeThrough(transform: CompressionStream): ByteStream;
}

declare class Blob {
  constructor(parts: readonly string[]);
  stream(): ByteStream;
}

declare class CompressionStream {
  constructor(format: 'gzip');
}

declare class Response {
  constructor(body: ByteStream);
  arrayBuffer(): Promise<ArrayBuffer>;
}
