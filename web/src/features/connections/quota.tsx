import type { ConnectionView } from "#api/schemas.ts";
import { cx } from "../../lib/cx.ts";
import { durationWords } from "../../lib/time.ts";
import { count } from "../../lib/words.ts";

type QuotaView = NonNullable<ConnectionView["quota"]>;

/** How much of the sub-account's request budget is used: today, and just now. */
export function Quota({ quota }: { quota: QuotaView }) {
  const share = quota.dailyLimit > 0 ? quota.dailyUsed / quota.dailyLimit : 0;
  const isBusy = quota.used >= quota.limit / 2;
  return (
    <div className="px-4 pb-4">
      <div className="mb-1.5 flex items-baseline justify-between gap-3">
        <span className="text-ink-3">Requests today</span>
        <span className="tabular">
          {count(quota.dailyUsed)} <span className="text-ink-3">of {count(quota.dailyLimit)}</span>
        </span>
      </div>
      <div
        role="meter"
        aria-label="Requests today"
        aria-valuemin={0}
        aria-valuemax={quota.dailyLimit}
        aria-valuenow={quota.dailyUsed}
        className="h-1.5 overflow-hidden rounded-full bg-neutral-soft"
      >
        <span
          className={cx("block h-full rounded-full", share > 0.9 ? "bg-failure" : share > 0.7 ? "bg-warning" : "bg-accent")}
          style={{ width: `${Math.min(100, Math.max(share * 100, quota.dailyUsed > 0 ? 1 : 0))}%` }}
        />
      </div>
      {(isBusy || share > 0.9) && (
        <p className="mt-1.5 text-meta text-ink-3 tabular">
          {isBusy &&
            `Busy just now: ${count(quota.used)} of the ${count(quota.limit)} that may be made in ${durationWords(quota.windowMs)}. `}
          {share > 0.9 && "Runs will wait once the day's budget is used up."}
        </p>
      )}
    </div>
  );
}
