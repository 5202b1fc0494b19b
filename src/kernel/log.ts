/** What the parts write to; pino fits. Details never hold a secret. */
export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** For tests, and for parts that run where nobody reads. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
