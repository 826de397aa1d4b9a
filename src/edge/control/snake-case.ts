/** Keys of plain data, at any depth, as the API spells them: `firstSeen` becomes `first_seen`. Values stay as they are. */
export function snakeCase(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(snakeCase);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCase(value),
    ]),
  );
}
