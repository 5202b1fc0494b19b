import { newId } from "#kernel/ids.ts";
import { isPretendedId, pretendedId } from "#kernel/pretended-id.ts";
import type { Operation } from "#catalog/types.ts";

type Input = Record<string, unknown>;

const pretendedLimit = 1_000;

/** Records of writes that were not made, which a later read of the same dry run finds by their made-up id. */
export class PretendedRecords {
  readonly #records = new Map<string, Input>();

  newId({ title }: Pick<Operation, "title">): string {
    return pretendedId(title, newId("x").slice(2));
  }

  add(workspaceId: string, id: string, record: Input): void {
    if (this.#records.size >= pretendedLimit) this.#records.delete(this.#records.keys().next().value!);
    this.#records.set(keyOf(workspaceId, id), record);
  }

  /** A read of something that a dry run of the workspace only pretended to make; null for any other. */
  read(workspaceId: string, operation: Operation, input: Input): Input | null {
    if (operation.effect !== "read") return null;
    const id = Object.values(input).find(isPretendedId);
    return id === undefined ? null : (this.#records.get(keyOf(workspaceId, id)) ?? {});
  }
}

const keyOf = (workspaceId: string, id: string): string => `${workspaceId}\n${id}`;
