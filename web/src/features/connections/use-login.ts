import type { AppView, ConnectionView } from "#api/schemas.ts";
import { secretOnly, type LoginForm } from "#surfaces/login-form.ts";
import { useApps } from "../../lib/apps.ts";

const noLogin: LoginForm = { kind: "none", title: "", fields: [] };

/** A connection's app, and the secret it logs in with, as its form asks for it. */
export function useLogin({ app: id, auth }: Pick<ConnectionView, "app" | "auth">): { app: AppView | undefined; login: LoginForm } {
  const app = useApps().of(id);
  return { app, login: secretOnly(app?.logins.find(({ kind }) => kind === auth) ?? noLogin) };
}
