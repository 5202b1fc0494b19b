/** Words that sentences about flows are put together with. */

/** In place of a condition that nobody has written yet. */
export const noCondition = "a condition holds";

const properNames = new Set([
  "Google",
  "Facebook",
  "Instagram",
  "Twitter",
  "Pinterest",
  "Stripe",
  "Shopify",
  "Zoom",
  "Outlook",
  "Zapier",
  "Slack",
]);

/** Small as within a sentence, and without what only tells an operation from others in a list; "SMS" and "HighLevel" stay as they are. */
export const small = (title: string): string =>
  title
    .replace(/ \([^)]*\)$/, "")
    .replace(/^Upsert\b/i, "create or update")
    .replace(/\b[A-Z][a-z]*\b/g, (word) => (properNames.has(word) ? word : word.toLowerCase()));
