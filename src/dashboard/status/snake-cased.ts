type SnakeKey<Key extends string> = Key extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeKey<Rest>}`
  : '';

/** Data of the contract as the API spells its keys: `lastSuccess` is `last_success`. */
export type SnakeCased<T> = T extends readonly (infer Item)[]
  ? readonly SnakeCased<Item>[]
  : T extends object
    ? { readonly [Key in keyof T & string as SnakeKey<Key>]: SnakeCased<T[Key]> }
    : T;
