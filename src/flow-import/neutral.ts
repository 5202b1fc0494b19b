import type { JsonObject } from "#kernel/json.ts";
import type { Expr } from "./expr.ts";

/** A flow of another tool, whichever it was: what the readers make and the writer writes. */
export interface NeutralFlow {
  name: string;
  description: string[];
  /** What a person has to do that belongs to none of its steps. */
  todo?: string[];
  trigger: NeutralTrigger;
  steps: NeutralStep[];
  zone?: string;
}

export interface NeutralTrigger {
  app: string;
  operation: string;
  input?: JsonObject;
  every?: string;
}

interface Base {
  id: string;
  title?: string;
  off?: boolean;
  /** What a person should know about it. */
  notes?: string[];
  /** What a person has to do with it. */
  todo?: string[];
}

/** A condition of null could not be read: nothing gets through until a person writes it. */
export type Condition = Expr | null;

export type NeutralStep = Base &
  (
    | { does: "action"; app: string; operation: string; input: Record<string, Expr>; onError?: "continue" }
    | { does: "filter"; if: Condition }
    | { does: "branch"; if: Condition; yes: NeutralStep[]; no?: NeutralStep[] }
    | { does: "forEach"; list: Expr; as: string; steps: NeutralStep[] }
    | { does: "wait"; for: Expr }
    | { does: "code"; code: string; input?: Record<string, Expr> }
    | { does: "format"; values: Record<string, Expr> }
    | { does: "stop"; how: "success" | "filtered" | "failed"; reason?: Expr }
  );
