import type { QuotaRules } from "#catalog/types.ts";
import { dayMs } from "#kernel/durations.ts";

/** What an answer says of the quota. Only figures that can be meant; headers come from outside. */
export interface QuotaHeaders {
  limit?: number;
  remaining?: number;
  windowMs?: number;
  dailyLimit?: number;
  dailyRemaining?: number;
  dailyResetMs?: number;
}

type HeaderNames = NonNullable<QuotaRules["headers"]>;
const bounds: Record<keyof HeaderNames, [lowest: number, highest: number]> = {
  limit: [1, 100_000],
  remaining: [0, 100_000],
  windowMs: [100, 3_600_000],
  dailyLimit: [1, 1e9],
  dailyRemaining: [0, 1e9],
  dailyResetMs: [0, dayMs],
};
const none: QuotaHeaders = {};

/** Reads the quota headers an app's rules name. `headers` are in lower case. */
export function readQuotaHeaders(names: HeaderNames | undefined, headers: Record<string, string>): QuotaHeaders {
  if (!names) return none;
  const reported: QuotaHeaders = {};
  for (const [figure, header] of lowerCased(names)) {
    const value = headers[header];
    if (value === undefined || !/^\d{1,12}$/.test(value)) continue;
    const [lowest, highest] = bounds[figure];
    if (Number(value) >= lowest && Number(value) <= highest) reported[figure] = Number(value);
  }
  return reported;
}

/** Milliseconds that `Retry-After` asks for: seconds or a date, a day at most. */
export function retryAfterMs(headers: Record<string, string>, now: number): number | undefined {
  const value = headers["retry-after"]?.trim();
  if (!value) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), dayMs) : undefined;
}

const lowered = new WeakMap<HeaderNames, [keyof HeaderNames, string][]>();

function lowerCased(names: HeaderNames): [keyof HeaderNames, string][] {
  let list = lowered.get(names);
  if (!list) {
    list = (Object.entries(names) as [keyof HeaderNames, string][]).map(([figure, header]) => [figure, header.toLowerCase()]);
    lowered.set(names, list);
  }
  return list;
}
