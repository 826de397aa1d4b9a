import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { gzipped, makeFeed, type Feed } from './feed.ts';

/** What goes wrong with the content: such a feed is served as any other. */
export type ContentFault =
  /** 200 with a page of HTML where the list should be. */
  | { readonly kind: 'html' }
  /** 200 without a byte. */
  | { readonly kind: 'empty' }
  /** CRLF line ends. */
  | { readonly kind: 'crlf' }
  /** A UTF-8 byte order mark in front. */
  | { readonly kind: 'bom' }
  /** Random-looking bytes, no UTF-8. */
  | { readonly kind: 'garbage' }
  /** A line of such bytes after each tenth row. */
  | { readonly kind: 'dirty' }
  /** The first half of the lines. */
  | { readonly kind: 'half' };

/** What goes wrong on the way. */
export type WireFault =
  /** Content-Encoding: gzip, cut in the middle, then a clean end. */
  | { readonly kind: 'truncated-gzip' }
  /** Rows without end: 200 MB unless told otherwise, as fast as they are taken. */
  | { readonly kind: 'huge'; readonly bytes?: number }
  /** As huge, packed: 200 MB of zeros are about 1 MB on the wire. */
  | { readonly kind: 'bomb'; readonly bytes?: number }
  /** A byte each 200 ms, for ever. */
  | { readonly kind: 'slow-drip'; readonly everyMs?: number }
  /** Never an answer. */
  | { readonly kind: 'timeout' }
  /** 302 to any URL; `self` for a loop. */
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** The socket closes before an answer. */
  | { readonly kind: 'drop' }
  /** The socket closes in the middle of the body, after the length of the whole was promised. */
  | { readonly kind: 'cut' };

export type FeedFault = ContentFault | WireFault;

const CONTENT_FAULTS = new Set<FeedFault['kind']>(['html', 'empty', 'crlf', 'bom', 'garbage', 'dirty', 'half']);

export function isContentFault(fault: FeedFault): fault is ContentFault {
  return CONTENT_FAULTS.has(fault.kind);
}

const MEGABYTE = 1024 * 1024;
const HUGE = 200 * MEGABYTE;
const HTML = '<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Sorry</h1></body></html>';

export function bentFeed(fault: ContentFault, feed: Feed): Feed {
  const bent = (body: string | Uint8Array) => makeFeed(body, feed.contentType, new Date(feed.lastModified));
  const text = () => Buffer.from(feed.body).toString('utf8');
  switch (fault.kind) {
    case 'html':
      return makeFeed(HTML, 'text/html; charset=utf-8', new Date(feed.lastModified));
    case 'empty':
      return bent('');
    case 'crlf':
      return bent(text().replaceAll('\n', '\r\n'));
    case 'bom':
      return bent(`\uFEFF${text()}`);
    case 'garbage':
      return bent(garbage(64 * 1024));
    case 'dirty':
      return bent(dirty(text()));
    case 'half': {
      const lines = text().split('\n');
      const head = lines.slice(0, Math.floor(lines.length / 2)).join('\n');
      return bent(`${head}\n`);
    }
  }
}

/** Answers in a fault's way. Says the status, 0 for none. */
export function strikeFeed(fault: WireFault, feed: Feed, path: string, response: ServerResponse): number {
  switch (fault.kind) {
    case 'redirect': {
      const status = fault.status ?? 302;
      response.writeHead(status, { location: fault.to === 'self' ? path : fault.to }).end();
      return status;
    }
    case 'status': {
      const retry = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      response.writeHead(fault.status, { 'content-type': 'text/plain', ...retry }).end('injected fault\n');
      return fault.status;
    }
    case 'drop':
      response.socket?.destroy();
      return 0;
    case 'cut':
      response.writeHead(200, { 'content-type': feed.contentType, 'content-length': feed.body.length });
      response.write(feed.body.subarray(0, feed.body.length >> 1), () => response.socket?.destroy());
      return 200;
    case 'truncated-gzip': {
      const packed = gzipped(feed);
      response.writeHead(200, { 'content-type': feed.contentType, 'content-encoding': 'gzip' });
      response.end(packed.subarray(0, packed.length >> 1));
      return 200;
    }
    case 'huge':
      response.writeHead(200, { 'content-type': feed.contentType });
      pour(response, fault.bytes ?? HUGE);
      return 200;
    case 'bomb':
      response.writeHead(200, { 'content-type': feed.contentType, 'content-encoding': 'gzip' });
      response.end(gzipSync(new Uint8Array(fault.bytes ?? HUGE), { level: 1 }));
      return 200;
    case 'slow-drip':
      response.writeHead(200, { 'content-type': feed.contentType });
      drip(response, feed.body, fault.everyMs ?? 200);
      return 200;
    case 'timeout':
      return 0;
  }
}

/** 45.0.0.0, 45.0.0.1 and so on, made as they are taken: nothing of it is kept. */
function pour(response: ServerResponse, bytes: number): void {
  let sent = 0;
  let address = 45 * 2 ** 24;
  const send = () => {
    while (sent < bytes) {
      let block = '';
      while (block.length < 65_536) {
        block += `${(address >>> 24) & 255}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}\n`;
        address += 1;
      }
      sent += block.length;
      if (!response.write(block)) return void response.once('drain', send);
    }
    return void response.end();
  };
  response.on('close', () => (sent = bytes));
  send();
}

function drip(response: ServerResponse, body: Uint8Array, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(at % body.length, (at % body.length) + 1));
    at += 1;
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}

/** The same on every run: a linear congruential generator (constants of Numerical Recipes). */
function garbage(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

function dirty(text: string): Uint8Array {
  const parts = text.split('\n').flatMap((line, i) => {
    const row = Buffer.from(`${line}\n`);
    return i % 10 === 9 ? [row, garbage(40), Buffer.from('\n')] : [row];
  });
  return Buffer.concat(parts);
}
