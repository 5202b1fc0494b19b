/**
 * Whether somebody, by the name that changes give them, is an agent: one that signed in by itself (`agent:`), or one that uses an API key
 * (`agent-key:`).
 */
export const isAgentActor = (by: string): boolean => /^agent(?:-key)?:/.test(by);

/** The API key that an agent came with (`key:…`), or the name as it is. */
export const keyOfActor = (by: string): string => by.replace(/^agent-key:/, "key:");
