/** What the page and the terminal say of a file of another tool. */

interface Counted {
  converted: number;
  toCheck: number;
}

export const toolNames = { n8n: "n8n", make: "Make", zapier: "Zapier" } as const;

/** "41 values converted, 3 to check". */
export const countWords = ({ converted, toCheck }: Counted): string =>
  `${converted.toLocaleString("en-US")} ${converted === 1 ? "value" : "values"} converted, ${toCheck === 0 ? "nothing to check" : `${toCheck.toLocaleString("en-US")} to check`}`;
