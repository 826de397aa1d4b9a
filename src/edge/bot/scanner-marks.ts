import type { RequestView } from '../waf/request-view.ts';

/**
 * What scanners write into their own probes, to find them again in the answer or in their call-back server's log: product names
 * in forms that prose does not use, names of files that cannot exist, hosts of call-back services. From the tools' manuals and
 * public rule sets. A page about such a tool may name it; it does not send these.
 */
const MARKS =
  /netsparker(?:\(|%28)?(?:0x)?[0-9a-f]{6}|ns:netsparker|\|netsparker\||acunetix[_-](?:wvs|product|test)|\$acunetix|acunetix\d|acux\d{4}|injected_by_wvs|wvs[_-]test|some_inexistent_file_with_long_name|some-inexistent-website|vulnweb\.com|bxss\.me\b|\br87\.(?:com|me)\b|burpcollaborator\.net|\boastify\.com|\boast\.(?:pro|live|site|online|fun|me)\b|\binteract\.sh\b|\bdnslog\.cn\b|\bceye\.io\b|xsshunter\.com|\bxss\.ht\b|cirt\.net\/rfiinc|nmaplowercheck|tri(?:n|%6e)ity\.txt(?:\.|%2e)bak|nessus[_-]?(?:is_probing|test|check|\d{6})|openvas[_-]?(?:vt|test|\d{6})|sqlmap(?:output|file|udf)|arachni_[0-9a-f]{6}|<sfi\d{6}v\d{6}|appscan[_-]?(?:test|\d{4})|qualys[_-]?(?:test|scan|xss)|w3af[_-]?(?:test|\d)|wapiti[_-]?\d{4}|zap(?:roxy)?[_-]?xss|detectify[_-]?(?:test|xss)|nikto[_-]?(?:test|\d{4})|projectdiscovery\.io/i;

/** Marks stand early: a scanner's probe is short, and an honest post may be long. */
const READ_LENGTH = 1024;
/** Probes go into one field or a few; a form or document with more is read no further. */
const READ_VALUES = 64;

/** True when a field or the path bears the mark of a scanner. */
export function bearsScannerMark(view: RequestView): boolean {
  let read = 0;
  for (const { collection, name, value } of view.values) {
    if (collection !== 'ARGS_GET' && collection !== 'ARGS_POST' && collection !== 'REQUEST_FILENAME') continue;
    if (read++ >= READ_VALUES) return false;
    if (isMarked(value) || isMarked(name)) return true;
  }
  return false;
}

/** The shortest mark has six characters, and no number bears one. */
const SHORTEST = 6;

function isMarked(text: string): boolean {
  return text.length >= SHORTEST && MARKS.test(text.length > READ_LENGTH ? text.slice(0, READ_LENGTH) : text);
}
