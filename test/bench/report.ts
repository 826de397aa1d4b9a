/** One promise of the product, measured. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly op: '>=' | '<=' | '<';
  readonly bar: number;
  readonly pass: boolean;
}

export function bar(name: string, value: number, unit: string, op: Bar['op'], limit: number): Bar {
  const pass = op === '>=' ? value >= limit : op === '<=' ? value <= limit : value < limit;
  return { name, value: round(value), unit, op, bar: limit, pass };
}

/** Three significant places are what such measurements carry. */
export function round(value: number): number {
  return Number(value.toPrecision(value >= 100 ? 4 : 3));
}

export function printBars(bars: readonly Bar[]): void {
  console.log('\n        bar                                            measured      wanted');
  for (const { name, value, unit, op, bar: limit, pass } of bars) {
    console.log(`${pass ? 'pass' : 'FAIL'}    ${name.padEnd(44)} ${`${value} ${unit}`.padStart(12)}   ${op} ${limit}`);
  }
}

/** Nested figures as indented lines. */
export function printFigures(figures: object, indent = ''): void {
  for (const [name, value] of Object.entries(figures) as [string, unknown][]) {
    if (typeof value === 'object' && value !== null) {
      console.log(`${indent}${name}`);
      printFigures(value, `${indent}  `);
    } else console.log(`${indent}${name.padEnd(30 - indent.length)} ${String(value)}`);
  }
}
