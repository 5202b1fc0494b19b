import type { Effect } from "#catalog/types.ts";
import type { MillraceError } from "#kernel/errors.ts";
import type { StepCall, StepCallResult, StepCaller } from "#engine/ports/caller.ts";

export interface FakeOperation {
  title?: string;
  effect?: Effect;
  idempotencyKey?: boolean;
  confirm?: boolean;
  /** It sends a message to a person. */
  message?: boolean;
  /** Where a call goes. */
  host?: (call: StepCall) => string;
  /** Why nothing is sent there just now. */
  refusal?: (call: StepCall) => MillraceError | null;
  /** What a call does. Throw to fail. */
  answer?: (call: StepCall) => unknown;
  /** What a look finds: an output, null for nothing. */
  look?: (call: StepCall) => unknown;
}

/** An app whose operations are functions of the test; remembers every call that reached it. */
export function fakeCaller(operations: Record<string, FakeOperation>) {
  const calls: StepCall[] = [];
  const looks: StepCall[] = [];
  const listeners: ((host: string) => void)[] = [];
  const caller: StepCaller = {
    async call(call): Promise<StepCallResult> {
      if (call.dry && operations[call.operation]!.effect !== "read") {
        const effect = { operation: call.operation, title: call.operation, effect: "create" as const, changes: [], unchanged: false };
        return { output: { id: "dry-run", ...call.input }, exchanges: [], effects: [effect] };
      }
      calls.push(structuredClone({ ...call, signal: undefined }));
      return { output: (await operations[call.operation]!.answer?.(call)) ?? { ok: true }, exchanges: [] };
    },
    async confirmed(call) {
      const operation = operations[call.operation]!;
      if (!operation.confirm) return undefined;
      looks.push(call);
      const found = operation.look?.(call) ?? null;
      return found === null ? null : { output: found, exchanges: [] };
    },
    destination(call) {
      const { host, refusal } = operations[call.operation] ?? {};
      return { host: host?.(call) ?? "app.example", refusal: refusal?.(call) ?? null };
    },
    onHostBack: (listener) => void listeners.push(listener),
    facts(_, __, id) {
      const found = operations[id];
      if (!found) return null;
      return {
        title: found.title ?? id,
        effect: found.effect ?? "create",
        idempotencyKey: found.idempotencyKey ?? false,
        confirm: found.confirm ?? false,
        needsConnection: false,
        message: found.message ?? false,
      };
    },
  };
  const hostBack = (host: string) => listeners.forEach((listener) => listener(host));
  return { caller, calls, looks, hostBack };
}
