/** What an agent's address for signing in holds, as far as it can be read; the API says what is missing or wrong. */
export interface AgentSearch {
  client_id: string | undefined;
  redirect_uri: string | undefined;
  response_type: string | undefined;
  code_challenge: string | undefined;
  code_challenge_method: string | undefined;
  scope: string | undefined;
  state: string | undefined;
  resource: string | undefined;
}
