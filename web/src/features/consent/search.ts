/** What an app sends the browser back with. */
export interface ConsentSearch {
  state?: string | undefined;
  code?: string | undefined;
  error?: string | undefined;
  error_description?: string | undefined;
  /** The login server, as it names itself. */
  iss?: string | undefined;
}
