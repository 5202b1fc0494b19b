// Loaded before a Millrace of a trial: its wall clock runs ahead by so many milliseconds. Timers and the monotonic clock do not.
const aheadMs = Number(process.env.MILLRACE_TRIAL_AHEAD_MS ?? 0);
const Real = globalThis.Date;

globalThis.Date = class extends Real {
  constructor(...parts) {
    if (parts.length === 0) super(Real.now() + aheadMs);
    else super(...parts);
  }
  static now() {
    return Real.now() + aheadMs;
  }
};
