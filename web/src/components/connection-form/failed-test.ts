import { ApiError } from "../../lib/api.ts";

/** What a test before saving found out, as the dialog shows it. */
export interface FailedTest {
  /** Beside the field of the secret. */
  problem: string;
  /** Whether the same login may pass later: only then the dialog offers to save it anyway. */
  mayHeal: boolean;
  /** The id of the sub-account that the login is for, where the test found it out. */
  place: string | null;
}

/** The failed test behind an error; null for any other. */
export function failedTest(error: unknown): FailedTest | null {
  if (!(error instanceof ApiError) || error.code !== "CONNECTION_TEST_FAILED") return null;
  const { problem, mayHeal, place } = error.details;
  return {
    problem: typeof problem === "string" ? problem : error.message,
    mayHeal: mayHeal === true,
    place: typeof place === "string" ? place : null,
  };
}
