/** RFC 6455, section 5.2. A server's frames are not masked. */
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const SHORT = 126;
const LONG = 127;

export interface FrameHandlers {
  readonly message: (payload: Buffer, isText: boolean) => void;
  /** The server wants to close, or to know whether somebody is there. */
  readonly control: (opcode: 'close' | 'ping') => void;
}

/** Takes a WebSocket's bytes apart into frames. Throws on what a server that compresses nothing and never splits a message does not send. */
export class FrameReader {
  readonly #handlers: FrameHandlers;
  #waiting: Buffer[] = [];
  #held = 0;
  /** Bytes that the frame at hand needs before it can be read. */
  #wanted = 2;

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers;
  }

  take(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#wanted) return;
    const bytes = this.#waiting.length === 1 ? chunk : Buffer.concat(this.#waiting, this.#held);
    let at = 0;
    for (;;) {
      const frame = measure(bytes, at);
      this.#wanted = frame.end - at;
      if (frame.end > bytes.length) break;
      this.#hand(bytes.readUInt8(at), bytes.subarray(frame.start, frame.end));
      at = frame.end;
    }
    const rest = bytes.subarray(at);
    this.#waiting = rest.length === 0 ? [] : [rest];
    this.#held = rest.length;
  }

  #hand(first: number, payload: Buffer): void {
    const opcode = first & 0x0f;
    if (first === (0x80 | TEXT) || first === (0x80 | BINARY)) this.#handlers.message(payload, opcode === TEXT);
    else if (opcode === CLOSE) this.#handlers.control('close');
    else if (opcode === PING) this.#handlers.control('ping');
    else throw new Error(`a frame that begins with ${first.toString(16)}`);
  }
}

/** Where a frame's payload starts and ends; past the bytes there are when even its head is not all there. */
function measure(bytes: Buffer, at: number): { readonly start: number; readonly end: number } {
  if (bytes.length < at + 2) return { start: at, end: at + 2 };
  const length = bytes.readUInt8(at + 1) & 0x7f;
  const head = length === SHORT ? 4 : length === LONG ? 10 : 2;
  const start = at + head;
  if (bytes.length < start) return { start, end: start };
  const size =
    length === SHORT ? bytes.readUInt16BE(at + 2) : length === LONG ? Number(bytes.readBigUInt64BE(at + 2)) : length;
  return { start, end: start + size };
}
