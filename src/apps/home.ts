import { MillraceError, errorCodes } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { FitSettings } from "#catalog/fit.ts";
import { isZone } from "#catalog/moments.ts";
import type { Call, Operation } from "#catalog/types.ts";

type Input = Record<string, unknown>;

/**
 * Fits values, and where that wants a zone or a country that the flow does not set, once more with those of the sub-account. An agency's login, and one
 * that may not read the sub-account, does without: times are then meant in UTC, and phone numbers stay as written.
 */
export function atHome<T>(
  operation: Operation,
  input: Input,
  own: FitSettings,
  call: Call,
  fit: (meant: FitSettings) => T,
): T | Promise<T> {
  let lacking = false;
  const fitted = fit({ ...own, lacks: () => (lacking = true) });
  if (!lacking || operation.app !== "highlevel") return fitted;
  return homeOf(input, call).then((home) => (home ? fit({ ...home, ...own }) : fitted));
}

async function homeOf({ locationId }: Input, call: Call): Promise<Pick<FitSettings, "zone" | "country"> | null> {
  const place = typeof locationId === "string" && locationId !== "" ? { locationId } : {};
  const account = await call("locations.get", place).then(({ output }) => output, nullIfUnreadable);
  if (!isObject(account)) return null;
  const { timezone, country } = account;
  return { ...(isZone(timezone) && { zone: timezone }), ...(typeof country === "string" && country !== "" && { country }) };
}

/** A refusal is an answer; what may heal is tried again with the step, so that no time is guessed meanwhile. */
function nullIfUnreadable(thrown: unknown): null {
  if (thrown instanceof MillraceError && !errorCodes[thrown.code].retry) return null;
  throw thrown;
}
