import type { InputField } from "#catalog/types.ts";
import type { ConnectionView } from "#api/schemas.ts";

type Login = Pick<ConnectionView, "locationId" | "companyId">;

/** Whether a person fills it in: also what a connection would, where the one chosen names no sub-account or agency. */
export function isAsked({ fill }: Pick<InputField, "fill">, connection: Login | null): boolean {
  if (fill === undefined) return true;
  return "connection" in fill && connection !== null && connection[fill.connection] === undefined;
}
