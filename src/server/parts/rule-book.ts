import { ruleDefinition } from "#engine/flow/format.ts";
import type { Rule, Rules } from "#engine/mapping/rule-format.ts";
import type { Log } from "#kernel/log.ts";
import type { PartRow, PartStore } from "#storage/part-store.ts";

interface RuleBookParts {
  store: Pick<PartStore, "all" | "get">;
  log: Log;
}

const noRules: Rules = Object.freeze({});

/** The rules of all workspaces, in memory: every flow is compiled with those of its workspace. */
export class RuleBook {
  readonly #parts: RuleBookParts;
  readonly #rules = new Map<string, Rules>();

  private constructor(parts: RuleBookParts) {
    this.#parts = parts;
  }

  /** Reads all rules. One that cannot be read any more is left out and logged: its flows say that the rule is missing. */
  static async open(parts: RuleBookParts): Promise<RuleBook> {
    const book = new RuleBook(parts);
    for (const row of await parts.store.all("rule")) book.put(row);
    return book;
  }

  /** The rules of a workspace. It is another object once one of them has changed. */
  readonly of = (workspaceId: string): Rules => this.#rules.get(workspaceId) ?? noRules;

  put(row: Pick<PartRow, "workspaceId" | "name" | "definition">): void {
    const { workspaceId, name } = row;
    const rule = this.#read(row);
    if (rule) this.#rules.set(workspaceId, { ...this.of(workspaceId), [name]: rule });
    else this.remove(workspaceId, name);
  }

  remove(workspaceId: string, name: string): void {
    const { [name]: _, ...others } = this.of(workspaceId);
    this.#rules.set(workspaceId, others);
  }

  /** Reads a rule again after a change by another process. */
  async reread(workspaceId: string, name: string): Promise<void> {
    const row = await this.#parts.store.get({ workspaceId, kind: "rule", name });
    if (row) this.put(row);
    else this.remove(workspaceId, name);
  }

  #read({ workspaceId, name, definition }: Pick<PartRow, "workspaceId" | "name" | "definition">): Rule | null {
    try {
      return ruleDefinition.parse(JSON.parse(definition));
    } catch (err) {
      this.#parts.log.error({ err, rule: name, workspaceId }, "A rule could not be read; save it again");
      return null;
    }
  }
}
