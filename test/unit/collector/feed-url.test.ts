import { describe, expect, test } from 'vitest';
import { mirrored, refuseFeedUrl } from '../../../src/actors/collector/feed-url.ts';

describe('where a feed may be fetched from', () => {
  test.each([
    'https://rules.emergingthreats.net/fwrules/emerging-Block-IPs.txt',
    'https://example.org:443/list?x=1',
    'https://8.8.8.8/list',
    'https://[2606:1::1]/list',
  ])('%s is fine', (url) => expect(refuseFeedUrl(url, false)).toBeNull());

  test.each([
    'http://example.org/list',
    'ftp://example.org/list',
    'file:///etc/passwd',
    'data:text/plain,1.1.1.1',
    'list.txt',
    '',
    'https://user:secret@example.org/list',
    'https://example.org:8080/list',
    'https://localhost/list',
    'https://LOCALHOST./list',
    'https://a.localhost/list',
    'https://printer.local/list',
    'https://metadata.google.internal/computeMetadata/v1/',
    'https://router/list',
    'https://nas.home.arpa/list',
    'https://127.0.0.1/list',
    'https://127.1/list',
    'https://2130706433/list',
    'https://0x7f.0.0.1/list',
    'https://0.0.0.0/list',
    'https://10.0.0.1/list',
    'https://172.16.0.1/list',
    'https://192.168.1.1/list',
    'https://100.64.0.1/list',
    'https://169.254.169.254/latest/meta-data/',
    'https://224.0.0.1/list',
    'https://255.255.255.255/list',
    'https://[::1]/list',
    'https://[::]/list',
    'https://[::ffff:10.0.0.1]/list',
    'https://[::ffff:a9fe:a9fe]/list',
    'https://[64:ff9b::a00:1]/list',
    'https://[fe80::1]/list',
    'https://[fd00::1]/list',
    'https://[2002:7f00:1::]/list',
  ])('%s is refused', (url) => expect(refuseFeedUrl(url, false)).not.toBeNull());

  test('a local run may use http and private addresses, but never credentials or other schemes', () => {
    expect(refuseFeedUrl('http://127.0.0.1:8080/list', true)).toBeNull();
    expect(refuseFeedUrl('http://user@127.0.0.1/list', true)).not.toBeNull();
    expect(refuseFeedUrl('file:///etc/passwd', true)).not.toBeNull();
  });

  test('a mirror is asked by host and path', () => {
    const url = new URL('https://example.org/a/b?c=d');
    expect(mirrored(url, 'http://127.0.0.1:9/x/').href).toBe('http://127.0.0.1:9/x/example.org/a/b?c=d');
    expect(mirrored(url, undefined)).toBe(url);
  });
});
