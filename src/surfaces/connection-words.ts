/** Pure: the status of a connection, in a word, for the page and the terminal. */

const words = {
  untested: "Not tested yet",
  connected: "Connected",
  expiring: "Expiring",
  failed: "Test failed",
  broken: "Broken",
  paused: "Paused",
} as const;

interface ConnectionFacts {
  status: keyof typeof words;
  lastUsedAt?: number | undefined;
  loginAt?: number | undefined;
}

/** Whether an untested login has been used since it was saved. Some cannot be tested: an address that only takes events, say. */
export const isInUse = ({ status, lastUsedAt, loginAt }: ConnectionFacts): boolean =>
  status === "untested" && lastUsedAt !== undefined && loginAt !== undefined && lastUsedAt > loginAt;

/** "Connected", "In use": the status in a word. */
export const connectionWord = (connection: ConnectionFacts): string => (isInUse(connection) ? "In use" : words[connection.status]);
