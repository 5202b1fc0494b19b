import { takesAnyAddress } from "#catalog/any-address.ts";
import { beforeRow, readInput } from "#catalog/confirm.ts";
import type { Catalog } from "#catalog/registry.ts";
import { buildRequest } from "#catalog/request.ts";
import type { Call, Operation } from "#catalog/types.ts";
import type { Answer, Input, Ongoing } from "./call.ts";
import { shownRequest } from "./client.ts";
import { firstRow } from "./first-row.ts";
import { pretend, pretendedResult } from "./pretend.ts";
import { PretendedRecords } from "./pretended-records.ts";
import type { Outbound } from "./types.ts";

interface Parts {
  catalog: Catalog;
  outbound: Outbound;
}

/** The writes of dry runs: worked out and noted with the difference they would make, and never sent. */
export class DryWrites {
  readonly #parts: Parts;
  readonly #records = new PretendedRecords();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The record a read asks for, where an earlier write of a dry run would have made it. */
  read(workspaceId: string, operation: Operation, input: Input): ReturnType<PretendedRecords["read"]> {
    return this.#records.read(workspaceId, operation, input);
  }

  /** `look` makes the read that shows what the write would change. */
  async write(ongoing: Ongoing, input: Input, look: Call): Promise<Answer> {
    const { request, app, operation, connection, gathered } = ongoing;
    await this.#checkAddress(ongoing, input);
    const before = await this.#before(ongoing, input, look);
    const sent = shownRequest(buildRequest(operation, input, connection, app), connection.name);
    const effect = pretend(operation, request.input, input, before, app.title);
    gathered.effects.push({ ...effect, request: takesAnyAddress(operation) ? { ...sent, anyAddress: true } : sent });
    const id = this.#records.newId(operation);
    const output = pretendedResult(operation, input, before, id);
    this.#records.add(request.workspaceId, String(output["id"] ?? id), output);
    return { output, raw: output, status: 200 };
  }

  /** A pretended write is never sent, so its address is checked here, as a real run would. */
  async #checkAddress({ app, operation, connection }: Ongoing, input: Input): Promise<void> {
    if (!takesAnyAddress(operation)) return;
    await this.#parts.outbound.check?.(buildRequest(operation, input, connection, app).url, connection.baseUrl ?? app.baseUrl);
  }

  async #before({ request, operation }: Ongoing, input: Input, look: Call): Promise<Input | null> {
    const { before } = operation;
    if (!before) return null;
    const asked = readInput(before.input, input);
    if (Object.keys(before.input).length > 0 && Object.keys(asked).length === 0) return null;
    const read = this.#parts.catalog.of(request.workspaceId).operation(request.app, before.operation);
    return firstRow(read, look, before.operation, asked, (rows) => beforeRow(operation, input, rows) ?? undefined);
  }
}
