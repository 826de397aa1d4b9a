import type { Grammar } from './grammar.ts';

/** What several families put into their payloads. Host names are the documentation's (RFC 2606) or those of call-back services. */
export const COMMON: Grammar = {
  digit: ['0', '1', '2', '3', '5', '7', '9'],
  num: ['1', '0', '-1', '2', '5', '10', '99', '1337', '‹digit›‹digit›', '‹digit›‹digit›‹digit›‹digit›', '9999'],
  word: ['a', 'x', 'abc', 'test', 'foo', 'admin', 'item', 'blue', 'user', 'q‹digit›', 'zz‹digit›‹digit›', 'hello'],
  hex: ['0x61', '0x3a', '0x7e', '0x414141', '0x61646d696e', '0x‹digit›‹digit›‹digit›‹digit›'],
  host: [
    'evil.example',
    'attacker.example',
    'evil.com',
    'attacker.com',
    'example.com',
    '203.0.113.‹digit›',
    '198.51.100.‹digit›‹digit›',
    'x‹digit›.oastify.com',
    'abc‹digit›.burpcollaborator.net',
    'c‹digit›q.interact.sh',
    'bxss.me',
    'hacker.site',
    'badsite.ru',
    'w‹digit›.dnslog.cn',
  ],
  scheme: ['http://', 'https://', 'http://', 'https://', '//', 'HTTP://', 'hTTps://', 'ftp://'],
};
