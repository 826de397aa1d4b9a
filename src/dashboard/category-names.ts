/** The rules' categories as people call them; `''` is a request that no rule matched: a score, a list or a rate stopped it. */
const NAMES: Readonly<Record<string, string>> = {
  sqli: 'SQL injection',
  xss: 'Cross-site scripting',
  traversal: 'Path traversal',
  rfi: 'Remote file inclusion',
  cmdi: 'Command injection',
  scanner: 'Scanner',
  webshell: 'Web shell',
  ssrf: 'Server-side request forgery',
  protocol: 'Protocol abuse',
  other: 'Other',
  '': 'No rule',
};

export function categoryName(category: string): string {
  return NAMES[category] ?? category;
}

/** The custom property with a category's colour. */
export function categoryTone(category: string): string {
  return category in NAMES ? `category-${category === '' ? 'none' : category}` : 'category-other';
}
