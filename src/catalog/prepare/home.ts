import { MillraceError, errorCodes } from "#kernel/errors.ts";
import { getPath, isObject } from "#kernel/json.ts";
import type { FitSettings } from "../fit.ts";
import { isZone } from "../moments.ts";
import type { Call, HomeRule } from "../types.ts";

type Input = Record<string, unknown>;

/**
 * Fits values, and where that wants a zone or a country that the flow does not set, once more with those of the account. An agency's login, and
 * one that may not read the account, does without: times are then meant in UTC, and phone numbers stay as written.
 */
export function atHome<T>(
  home: HomeRule | undefined,
  input: Input,
  own: FitSettings,
  call: Call,
  fit: (meant: FitSettings) => T,
): T | Promise<T> {
  let lacking = false;
  const fitted = fit({ ...own, lacks: () => (lacking = true) });
  if (!lacking || !home) return fitted;
  return readHome(home, input, call).then((meant) => (meant ? fit({ ...meant, ...own }) : fitted));
}

/** The zone and country of the account that an input names; null where they cannot be read. */
export async function readHome(home: HomeRule, input: Input, call: Call): Promise<Pick<FitSettings, "zone" | "country"> | null> {
  const account = input[home.account];
  const place = typeof account === "string" && account !== "" ? { [home.account]: account } : {};
  const settings = await call(home.operation, place).then(({ output }) => output, nullIfUnreadable);
  if (!isObject(settings)) return null;
  const [zone, country] = [getPath(settings, home.zone), getPath(settings, home.country)];
  return { ...(isZone(zone) && { zone }), ...(typeof country === "string" && country !== "" && { country }) };
}

/** A refusal is an answer; what may heal is tried again with the step, so that no time is guessed meanwhile. */
function nullIfUnreadable(thrown: unknown): null {
  if (thrown instanceof MillraceError && !errorCodes[thrown.code].retry) return null;
  throw thrown;
}
