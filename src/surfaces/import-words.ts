/** What the page and the terminal say of a file of another tool. */

interface Counted {
  mapped: number;
  listed: number;
}

export const toolNames = { n8n: "n8n", make: "Make", zapier: "Zapier" } as const;

/** "41 values taken over, 3 to look at". */
export const countWords = ({ mapped, listed }: Counted): string =>
  `${mapped.toLocaleString("en-US")} ${mapped === 1 ? "value" : "values"} taken over, ${listed === 0 ? "nothing to look at" : `${listed.toLocaleString("en-US")} to look at`}`;
