export interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
  readonly text: string;
}

export const PRODUCTS: readonly Product[] = [
  { id: 'kettle', name: 'Copper kettle', price: 64, text: 'Whistles in G major.' },
  { id: 'lamp', name: 'Reading lamp', price: 89, text: 'Warm light, a long arm and a heavy foot.' },
  { id: 'blanket', name: 'Wool blanket', price: 120, text: "Woven in Donegal; you won't give it back." },
  { id: 'knife', name: 'Bread knife', price: 38, text: 'Cuts crust, spares crumb.' },
];

export function homePage(): string {
  const items = PRODUCTS.map(
    (item) => fill`<li><a href="/products/${item.id}">${item.name}</a>, ${item.price} EUR</li>`,
  );
  return layout(
    'Hearth & Home',
    `<h1>Hearth &amp; Home</h1><p>Things for a quiet evening.</p><ul>${items.join('')}</ul>`,
  );
}

export function searchPage(query: string): string {
  const wanted = query.toLowerCase();
  const found = PRODUCTS.filter((item) => `${item.name} ${item.text}`.toLowerCase().includes(wanted));
  const items = found.map((item) => fill`<li><a href="/products/${item.id}">${item.name}</a></li>`);
  return layout('Search', fill`<h1>Results for “${query}”</h1>` + `<ul>${items.join('') || '<li>Nothing.</li>'}</ul>`);
}

export function productPage(item: Product): string {
  return layout(item.name, fill`<h1>${item.name}</h1><p>${item.text}</p><p>${item.price} EUR</p>`);
}

export function loginPage(): string {
  return layout(
    'Sign in',
    `<h1>Sign in</h1><form method="post"><p><label>Name <input name="user" autocomplete="username"></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p><button>Sign in</button></form>`,
  );
}

export function messagePage(message: string): string {
  return layout('Hearth & Home', fill`<h1>${message}</h1><p><a href="/">Back to the shop</a></p>`);
}

function layout(title: string, body: string): string {
  const head =
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width">' + fill`<title>${title}</title>`;
  const style =
    'body{font:17px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}a{margin-right:1rem}';
  const nav = '<nav><a href="/">Shop</a><a href="/search?q=lamp">Search</a><a href="/login">Sign in</a></nav>';
  return `<!doctype html><html lang="en"><head>${head}<style>${style}</style></head><body>${nav}${body}</body></html>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Fills a template, every value escaped. */
function fill(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((page, part, i) => {
    const value = values[i - 1] ?? '';
    return page + String(value).replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c) + part;
  });
}
