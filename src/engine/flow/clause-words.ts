/** Words that sentences about flows are put together with. */

/** An expression without the braces of a template around it. */
export const bare = (expression: string): string => expression.replace(/^\s*\{\{-?\s*|\s*-?\}\}\s*$/g, "");

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

/** Small as within a sentence; "SMS" and "HighLevel" stay as they are. */
export const small = (title: string): string =>
  title.replace(/ \(deprecated\)$/i, "").replace(/\b[A-Z][a-z]*\b/g, (word) => (properNames.has(word) ? word : word.toLowerCase()));
