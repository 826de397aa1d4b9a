/**
 * Takes the content codings (RFC 9110, section 8.4) off the inspected part of a body. Many servers unpack request bodies
 * before they read them, so a packed attack would reach them unseen. What is sent on stays as it came.
 */
export interface DecodedBody {
  /** At most twice the limit. */
  readonly bytes: Uint8Array;
  /** There is more than `bytes`. */
  readonly truncated: boolean;
  /** False when a coding is not known here, or the body is not in it: then `bytes` are as they came. */
  readonly readable: boolean;
}

/** Nobody honest packs twice; three is generous, and each may cost a whole limit's work. */
const CODING_LIMIT = 3;
/** Bytes unpacked at a time. DEFLATE grows at most 1,032-fold, so what a bomb can hold at once is half a megabyte. */
const SLICE = 512;
/** A file may hold several gzip members one after the other (RFC 1952, section 2.2), and some servers read them all. */
const MEMBER_LIMIT = 8;

/** The codings of a `Content-Encoding` header that change anything, in the order in which they were put on. */
export function listCodings(header: string | null): readonly string[] {
  if (header === null) return [];
  const names = header.split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== '' && name !== 'identity');
}

/** `limit` bytes at most are unpacked of each coding. Never rejects: of a broken body comes what could be read of it. */
export async function decodeBody(bytes: Uint8Array, codings: readonly string[], limit: number): Promise<DecodedBody> {
  if (codings.length > CODING_LIMIT) return { bytes, truncated: false, readable: false };
  let decoded = bytes;
  let truncated = false;
  for (const coding of codings.toReversed()) {
    const unpacked = await unpack(decoded, coding, limit);
    if (unpacked === null) return { bytes, truncated: false, readable: false };
    decoded = unpacked.bytes;
    truncated ||= unpacked.truncated;
  }
  if (decoded.byteLength === 0) return { bytes, truncated: false, readable: false };
  // Servers that do not unpack read what came: where that is text, whatever the header says of it, both are inspected.
  if (!isText(bytes)) return { bytes: decoded, truncated, readable: true };
  const both = [decoded, LINE_FEED, bytes];
  return { bytes: concatenate(both, decoded.byteLength + 1 + bytes.byteLength), truncated, readable: true };
}

const LINE_FEED = Uint8Array.of(10);
/** A packed body shows a control character well before this. */
const TEXT_SIGHT = 512;

function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, TEXT_SIGHT).every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
}

type Format = 'gzip' | 'deflate' | 'deflate-raw';
type Unpacked = Pick<DecodedBody, 'bytes' | 'truncated'>;

/** Null for a coding that is not known here. */
async function unpack(bytes: Uint8Array, coding: string, limit: number): Promise<Unpacked | null> {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return unpackMembers(bytes, limit);
    case 'deflate':
      // Meant is zlib's format (RFC 9110, 8.4.1.2), but some send DEFLATE bare, and servers take both.
      return inflate(bytes, hasZlibHeader(bytes) ? 'deflate' : 'deflate-raw', limit);
    default:
      return null;
  }
}

/** The runtime does not tell where a member ends, so each place that looks like a beginning is tried; a false one yields next to nothing. */
async function unpackMembers(bytes: Uint8Array, limit: number): Promise<Unpacked> {
  const starts = findMembers(bytes);
  // Servers read from the first byte on, or not at all.
  if (starts[0] !== 0) return { bytes: new Uint8Array(0), truncated: false };
  const parts: Uint8Array[] = [];
  let size = 0;
  let truncated = false;
  for (const start of starts) {
    const part = await inflate(bytes.subarray(start), 'gzip', limit - size);
    parts.push(part.bytes);
    size += part.bytes.byteLength;
    truncated ||= part.truncated;
    if (size >= limit) break;
  }
  return { bytes: concatenate(parts, size), truncated };
}

/** Where the bytes 1f 8b 08 stand: identification and the one compression method (RFC 1952, section 2.3.1). */
function findMembers(bytes: Uint8Array): readonly number[] {
  const starts: number[] = [];
  let at = bytes.indexOf(0x1f);
  while (at >= 0 && starts.length < MEMBER_LIMIT) {
    if (bytes[at + 1] === 0x8b && bytes[at + 2] === 8) starts.push(at);
    at = bytes.indexOf(0x1f, at + 1);
  }
  return starts;
}

/** RFC 1950, section 2.2: method 8, and the first two bytes a multiple of 31. */
function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 15) === 8 && (first * 256 + second) % 31 === 0;
}

async function inflate(bytes: Uint8Array, format: Format, limit: number): Promise<Unpacked> {
  const { readable, writable } = new DecompressionStream(format);
  const writer = writable.getWriter();
  const reader: ReadableStreamDefaultReader<Uint8Array> = readable.getReader();
  // A cut or broken stream fails here as well as at the reader, which is where it is dealt with.
  const feeding = feed(writer, bytes).catch(() => {});
  const parts: Uint8Array[] = [];
  let size = 0;
  let truncated = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const room = limit - size;
      truncated = value.byteLength > room;
      const part = truncated ? value.slice(0, room) : value;
      parts.push(part);
      size += part.byteLength;
      if (truncated) break;
    }
  } catch {
    // What came before the break is what an origin would have read, too.
  }
  reader.cancel().catch(() => {});
  writer.abort().catch(() => {});
  await feeding;
  return { bytes: concatenate(parts, size), truncated };
}

async function feed(writer: WritableStreamDefaultWriter<Uint8Array>, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; at += SLICE) await writer.write(bytes.subarray(at, at + SLICE));
  await writer.close();
}

function concatenate(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
