/** The lists of an account, read through the API as any client would. */
export class Account {
  readonly #base: string;
  readonly #token: string;

  /** `url`: the API's base, ending in `/client/v4`. */
  constructor(url: string, accountId: string, token: string) {
    this.#base = `${url}/accounts/${accountId}/rules/lists`;
    this.#token = token;
  }

  /** Items by the list's name. */
  async lists(): Promise<ReadonlyMap<string, readonly ListItem[]>> {
    const lists = new Map<string, readonly ListItem[]>();
    for (const { id, name } of await this.#names()) lists.set(name, await this.#items(id, {}));
    return lists;
  }

  /** The names of the lists that hold this very address. */
  async listsWith(ip: string): Promise<readonly string[]> {
    const found: string[] = [];
    // The API finds what begins with a text; an address alone costs one call a list, all items would cost dozens.
    for (const { id, name } of await this.#names()) {
      if ((await this.#items(id, { search: ip })).some((item) => item.ip === ip)) found.push(name);
    }
    return found;
  }

  async #names(): Promise<readonly { readonly id: string; readonly name: string }[]> {
    return (await this.#get<readonly { readonly id: string; readonly name: string }[]>('')).result;
  }

  async #items(list: string, wanted: Readonly<Record<string, string>>): Promise<readonly ListItem[]> {
    const items: ListItem[] = [];
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ per_page: '500', ...wanted, ...(cursor !== undefined && { cursor }) });
      const page = await this.#get<readonly ListItem[]>(`/${list}/items?${query}`);
      items.push(...page.result);
      cursor = page.result_info?.cursors?.after;
    } while (cursor !== undefined && cursor !== '');
    return items;
  }

  async #get<T>(path: string): Promise<Envelope<T>> {
    const response = await fetch(this.#base + path, { headers: { authorization: `Bearer ${this.#token}` } });
    const envelope: Envelope<T> = JSON.parse(await response.text());
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${JSON.stringify(envelope.errors)}`);
    return envelope;
  }
}

export interface ListItem {
  readonly ip: string;
  readonly comment?: string;
}

interface Envelope<T> {
  readonly result: T;
  readonly errors: readonly unknown[];
  readonly result_info?: { readonly cursors?: { readonly after?: string } };
}
