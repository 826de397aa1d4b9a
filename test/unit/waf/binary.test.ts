import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/edge/judge.ts';
import { bundledSnapshot } from '../../../src/edge/snapshot.ts';
import { isBinary } from '../../../src/edge/waf/binary.ts';
import { bytesToString } from '../../../src/edge/waf/bytes.ts';
import { buildRequestView } from '../../../src/edge/waf/request-view.ts';
import { seededRandom } from '../../../model/random.ts';

const snapshot = bundledSnapshot({});
const AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** As packed pictures, videos and archives look: every byte as likely as any other. */
function noise(seed: number, length: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

function decide(type: string, body: Uint8Array) {
  const headers: [string, string][] = [
    ['host', 'shop.test'],
    ['user-agent', AGENT],
    ['accept', '*/*'],
    ['accept-language', 'en'],
    ['content-type', type],
  ];
  const url = 'https://shop.test/upload';
  const view = buildRequestView({ method: 'POST', url, headers, body, bodyTruncated: false });
  return judge(view, { ip: '198.51.100.1' }, { score: 0, signals: [] }, snapshot).decision;
}

function inForm(content: Uint8Array): Uint8Array {
  const head = '--xx\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';
  return Buffer.concat([Buffer.from(head), content, Buffer.from('\r\n--xx--\r\n')]);
}

describe('binary uploads', () => {
  const uploads = Array.from({ length: 40 }, (_, n) => noise(n, 2000 + n * 2500));

  it('pass, whatever their bytes happen to spell', () => {
    const decisions = uploads.flatMap((bytes) => [
      decide('application/octet-stream', bytes),
      decide('multipart/form-data; boundary=xx', inForm(bytes)),
    ]);
    expect(new Set(decisions)).toEqual(new Set(['allow']));
  });

  it('pass when they begin like JSON or XML', () => {
    for (const bytes of uploads) {
      for (const first of '{[<') {
        bytes[0] = first.charCodeAt(0);
        expect(decide('image/jpeg', bytes)).toBe('allow');
      }
    }
  });
});

describe('what is told from text', () => {
  it('is packed data, also behind a readable beginning', () => {
    const packed = gzipSync(noise(1, 5000));
    expect(isBinary(bytesToString(packed))).toBe(true);
    expect(isBinary('%PDF-1.7 '.repeat(50) + bytesToString(packed))).toBe(true);
  });

  it('is no text in any language or encoding, and nothing short', () => {
    const texts = [
      '{"q":"1 UNION SELECT a FROM b"} '.repeat(9),
      'Größe und Maß. '.repeat(20),
      '日本語のテキスト。'.repeat(20),
    ];
    for (const text of texts) {
      expect(isBinary(bytesToString(Buffer.from(text, 'utf8')))).toBe(false);
    }
    expect(isBinary(bytesToString(Buffer.from(texts[0] ?? '', 'utf16le')))).toBe(false);
    expect(isBinary(bytesToString(noise(2, 40)))).toBe(false);
  });
});
