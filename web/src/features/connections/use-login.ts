import type { AppView, ConnectionView } from "#api/schemas.ts";
import { secretOnly } from "#surfaces/login-form.ts";
import type { Login } from "../../components/connection-form/logins.ts";
import { useApps } from "../../lib/apps.ts";

const noLogin: Login = { kind: "none", title: "", fields: [], consent: null };

/** A connection's app, and the secret it logs in with, as its form asks for it. */
export function useLogin({ app: id, auth }: Pick<ConnectionView, "app" | "auth">): { app: AppView | undefined; login: Login } {
  const app = useApps().of(id);
  return { app, login: secretOnly(app?.logins.find(({ kind }) => kind === auth) ?? noLogin) };
}
