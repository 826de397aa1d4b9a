/** `12,345`, as the reader's language writes it. */
export const count = new Intl.NumberFormat();
