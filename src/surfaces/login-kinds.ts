/** The kinds of login, as the terminal offers them. */
export { loginKindNames } from "#catalog/logins/kinds.ts";
