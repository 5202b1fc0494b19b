import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { AppView, ConsentBody, ConsentNeeds } from "#api/schemas.ts";
import { isReady, loginBody, placeOf, secretOnly, type LoginDraft, type LoginForm } from "#surfaces/login-form.ts";
import { leaveForConsent, type BegunConsent } from "../../lib/consent.ts";
import { consentNeedsQuery } from "../../lib/queries.ts";
import { FormEnd } from "../form-end.tsx";
import { CopyLine } from "../ui/copy.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { Loaded } from "../ui/state.tsx";
import { AskedScopes, usualScopes } from "./asked-scopes.tsx";
import { LoginFields } from "./login-fields.tsx";
import type { ConsentLogin } from "./logins.ts";

interface AllowedLoginProps {
  app: AppView;
  login: ConsentLogin;
  /** Whether something is still missing in what stands before. */
  isIncomplete?: boolean;
  /** The connection that gets a new login. Its client asks again, unless another is typed. */
  connection?: string;
  /** What is sent to begin, but for the client, where it asks, and the scopes. */
  body: (asked: { secret: Record<string, string>; settings?: Record<string, string>; scopes: string[] }) => ConsentBody;
  /** What was typed before, and what of it is kept until there is a login. */
  begun?: BegunConsent | null;
  keep?: (typed: Pick<BegunConsent, "draft" | "scopes">) => BegunConsent;
  onCancel: () => void;
  before?: ReactNode;
  /** Between what is asked for and the buttons. */
  children?: ReactNode;
}

/** Leads to the app's page where a person allows the login: says what to register, shows the scopes, and goes there. */
export function AllowedLogin({
  app,
  login,
  connection,
  body,
  begun = null,
  keep,
  onCancel,
  before,
  isIncomplete = false,
  children,
}: AllowedLoginProps) {
  const needs = useQuery(consentNeedsQuery(app.id, connection));
  const [draft, setDraft] = useState<LoginDraft>(begun?.draft ?? {});
  const [picked, setPicked] = useState<ReadonlySet<string> | null>(begun && new Set(begun.scopes));
  const isNew = connection === undefined;
  // A connection keeps its settings with a new login.
  const form = { ...login, fields: login.consent.asker };
  const asker = isNew ? form : secretOnly(form);
  const { secret: typed, settings } = loginBody(asker, draft);
  const ready = !isIncomplete && (isReady(asker, draft) || (!isNew && Object.keys(typed).length === 0));
  const scopes = picked ?? usualScopes(needs.data?.scopes ?? []);
  const leave = useMutation({
    mutationFn: () =>
      leaveForConsent(
        body({ secret: typed, ...(settings && { settings }), scopes: [...scopes] }),
        keep?.({ draft: readableOf(asker, draft), scopes: [...scopes] }) ?? null,
      ),
    meta: { quiet: true },
  });
  const fields = <LoginFields login={asker} draft={draft} onChange={setDraft} />;
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onChange={() => leave.isError && leave.reset()}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && needs.data) leave.mutate();
      }}
    >
      {before}
      {isNew ? fields : <Disclosure summary={<span className="text-ink-2">Another client id and secret</span>}>{fields}</Disclosure>}
      <Loaded query={needs} skeleton={<SkeletonRows rows={4} />}>
        {(asked) => (
          <>
            <Registration app={app} login={login} needs={asked} />
            <AskedScopes scopes={asked.scopes} agency={asked.agencyScopes} chosen={scopes} onChange={setPicked} />
          </>
        )}
      </Loaded>
      {children}
      <FormEnd
        error={leave.error}
        action={`Continue at ${needs.data?.page?.name ?? app.title}`}
        ready={ready && needs.data !== undefined && scopes.size > 0}
        busy={leave.isPending || leave.isSuccess}
        onCancel={onCancel}
      />
    </form>
  );
}

/** What was typed, without what is secret. */
const readableOf = ({ fields }: LoginForm, draft: LoginDraft): LoginDraft =>
  Object.fromEntries(
    fields.flatMap((field) => (field.readable === true || field.in === "setting" ? [[placeOf(field), draft[placeOf(field)] ?? ""]] : [])),
  );

/** What a person registers at the app before the first time, and where. */
function Registration({ app, login, needs: { redirectUri, page } }: { app: AppView; login: ConsentLogin; needs: ConsentNeeds }) {
  const { origin } = new URL(redirectUri);
  return (
    <section aria-label="Redirect address" className="flex flex-col gap-1.5">
      <p className="font-medium text-ink">Redirect address</p>
      <CopyLine text={redirectUri} label="Copy the redirect address" />
      <p className="text-meta text-ink-3">
        {login.consent.register ?? `Register it at ${app.title}, with the client whose id and secret you enter here.`}
      </p>
      {page !== null && (
        <p role="note" className="text-ink-2">
          The page to sign in is at <span className="font-mono text-meta">{page.host}</span>, unless you enter a base address.
        </p>
      )}
      {origin !== location.origin && (
        <p role="note" className="rounded-md bg-warning-soft px-3 py-2">
          {app.title} sends the browser back to {origin}. Open Millrace there before you go on.
        </p>
      )}
    </section>
  );
}
