/** Area under the ROC curve: the chance that an attack scores above an honest request, ties counting half. NaN without both. */
export function areaUnderRoc(attacks: readonly number[], benign: readonly number[]): number {
  const all = [
    ...attacks.map((score) => ({ score, attack: true })),
    ...benign.map((score) => ({ score, attack: false })),
  ].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]!.score === all[start]!.score) end++;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (all[i]!.attack) rankSum += rank;
    start = end;
  }
  const n = attacks.length;
  return (rankSum - (n * (n + 1)) / 2) / (n * benign.length);
}

/** The lowest score above which at most the share `rate` of the honest requests lies. */
export function thresholdAt(benign: readonly number[], rate: number): number {
  const falling = [...benign].sort((a, b) => b - a);
  return falling[Math.min(falling.length - 1, Math.floor(rate * falling.length))] ?? Number.NaN;
}

/** The share of attacks scored above that threshold: the true-positive rate at a false-positive rate. NaN without both. */
export function truePositiveRateAt(attacks: readonly number[], benign: readonly number[], rate: number): number {
  const threshold = thresholdAt(benign, rate);
  return attacks.filter((score) => score > threshold).length / attacks.length;
}
