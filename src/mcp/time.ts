/** Pure: moments as agents read them. */

/** `2026-11-29T08:00:00.000Z` */
export const iso = (ms: number): string => new Date(ms).toISOString();
/** The same; null stays null. */
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
