// The two globals of the WHATWG Encoding standard that every host of the core has (Node, workers, browsers); the core
// is compiled without the types of any of them, so that nothing else of a host can slip in.
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
