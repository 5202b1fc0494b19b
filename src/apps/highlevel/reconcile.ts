import type { Reconcile } from "#catalog/types.ts";

/** By event: the read that finds the same news later. */
export const reconciles: Record<string, Reconcile> = {};
