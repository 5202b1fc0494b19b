/** Pure: how a connection stands, in a word, for the page and the terminal. */

const words = {
  untested: "Not tested yet",
  connected: "Connected",
  expiring: "Expiring",
  failed: "Test failed",
  broken: "Broken",
  paused: "Paused",
} as const;

interface Standing {
  status: keyof typeof words;
  lastUsedAt?: number | undefined;
  loginAt?: number | undefined;
}

/** Some logins nothing can test (an address that only takes events): once such a login is used, it is not waiting for a test. */
export const isInUse = ({ status, lastUsedAt, loginAt }: Standing): boolean =>
  status === "untested" && lastUsedAt !== undefined && loginAt !== undefined && lastUsedAt > loginAt;

export const connectionWord = (connection: Standing): string => (isInUse(connection) ? "In use" : words[connection.status]);
