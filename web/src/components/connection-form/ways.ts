import type { AppView } from "#api/schemas.ts";
import { isAllowedThere, type ConsentLogin, type Login } from "./logins.ts";

/** One of the ways to log in that a person can choose from. */
export interface Way {
  id: string;
  title: string;
  login: Login;
  /** It is allowed at the app's page; otherwise what it sends is typed or pasted. */
  allowed?: ConsentLogin;
}

/** The id of the way that leads to the app's page. */
export const allowedWay = (kind: string): string => `allow ${kind}`;

/** The ways of an app, in its order. A login that can be allowed at the app's page can be pasted as well, which comes second. */
export const waysOf = (app: AppView): Way[] =>
  app.logins.flatMap((login): Way[] => {
    const isAllowed = isAllowedThere(login);
    const pasted = { id: login.kind, title: isAllowed && isOnlyTheKind(login.title) ? "Tokens that you have already" : login.title, login };
    return isAllowed ? [{ id: allowedWay(login.kind), title: `Sign in at ${app.title}`, login, allowed: login }, pasted] : [pasted];
  });

/** "OAuth" beside "Sign in at …" would be two names of one thing. */
const isOnlyTheKind = (title: string): boolean => /^OAuth( ?2(\.0)?)?$/i.test(title.trim());

/** What a person has to do for it, in a sentence. */
export function aboutWay(app: Pick<AppView, "main" | "title">, { allowed, login }: Way): string {
  if (allowed !== undefined)
    return app.main ? "Best for an agency: connects its sub-accounts at once." : `You allow it at ${app.title}. The login renews itself.`;
  const asked = login.fields.map(({ label }) => label.charAt(0).toLowerCase() + label.slice(1));
  if (asked.length === 0) return "Nothing to enter.";
  const [only, ...more] = asked;
  return more.length === 0 ? `You enter one ${only}.` : `You enter ${asked.slice(0, -1).join(", ")} and ${asked.at(-1)}.`;
}
