import { ApiError } from "../../../lib/api.ts";
import type { SaveFailure } from "./saver.ts";

/** What a failed save means: no answer and faults of the server heal, and so does signing in again. */
export function judge(error: unknown): SaveFailure {
  if (!(error instanceof ApiError)) return "retry";
  if (error.code === "FLOW_CHANGED") return "conflict";
  const heals = error.status === 0 || error.status === 401 || error.status === 408 || error.status === 429 || error.status >= 500;
  return heals ? "retry" : "refused";
}
