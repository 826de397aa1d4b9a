import { PROOF, Strength, type Evidence } from './evidence.ts';
import { Flag, type Expression } from './expression.ts';
import { Mode } from './mode.ts';
import { Kind } from './token-kind.ts';

/** What follows a word that goes on with a query after a value: a mode, `Wrong` in a place that has no such word, `None` for others. */
export function afterClause(kind: number, evidence: Evidence, expression: Expression): number {
  switch (kind) {
    case Kind.Union:
      expression.endCondition();
      if (evidence.hasOddComment) evidence.raise(PROOF);
      return Mode.Union;
    case Kind.From:
      if (expression.has(Flag.Select)) evidence.raise(expression.isSureSelect ? PROOF : evidence.score + 1);
      expression.flags |= Flag.From;
      return Mode.Operand;
    case Kind.Where:
    case Kind.Having:
      expression.flags &= ~(Flag.From | Flag.Select);
      expression.condition(false);
      evidence.operators++;
      return Mode.Operand;
    case Kind.Join:
      expression.flags |= Flag.Condition;
      return expression.has(Flag.From) ? Mode.Operand : Mode.Wrong;
    case Kind.As:
      // CAST(1 AS INT)
      if (expression.has(Flag.KnownCall) && (expression.flags & Flag.Left) === Strength.Literal) evidence.raise(PROOF);
      return Mode.Alias;
    case Kind.Collate:
      return Mode.Alias;
    case Kind.Sort:
      expression.endCondition();
      evidence.raise(1);
      evidence.operators++;
      expression.flags &= ~(Flag.Condition | Flag.Comparing | Flag.From | Flag.Select);
      expression.flags |= Flag.Sort;
      return Mode.By;
    case Kind.Limit:
      evidence.raise(expression.has(Flag.From) ? evidence.score + 2 : 1);
      evidence.operators++;
      return Mode.Operand;
    case Kind.Into:
      return Mode.Outfile;
    case Kind.Procedure:
      return Mode.Analyse;
    case Kind.When:
      expression.flags |= Flag.Condition;
      return expression.has(Flag.Case) ? Mode.Operand : Mode.Wrong;
    case Kind.EndCase:
      if (!expression.has(Flag.Case)) return Mode.Wrong;
      expression.flags &= ~Flag.Case;
      expression.value(Strength.Call);
      return Mode.Operator;
    default:
      return Mode.None;
  }
}
