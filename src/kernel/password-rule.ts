/** The fewest characters that a password may have. */
export const shortestPassword = 10;

/** Whether a password is long enough. Counts characters, not UTF-16 units: an emoji is one. */
export const isLongEnough = (password: string): boolean => [...password].length >= shortestPassword;
