import { useMutation, useQuery } from "@tanstack/react-query";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import type { ReconnectReply, ReconnectView } from "#api/schemas.ts";
import { LoginFields } from "../../components/connection-form/login-fields.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { isReady, loginBody, type LoginDraft } from "#surfaces/login-form.ts";
import { ApiError, api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { forgetReconnectLink, leaveForReconnect, reconnectToken, takeConsentAnswer, type ConsentAnswer } from "../../lib/reconnect-link.ts";
import { minuteOf } from "../../lib/time.ts";

/** The page of a reconnect link, for people without an account: gives one connection a new login, and shows nothing else. */
export function ReconnectPage() {
  const [token] = useState(reconnectToken);
  useEffect(() => {
    // Another link that is opened in this tab only changes the fragment.
    const reload = () => window.location.reload();
    window.addEventListener("hashchange", reload);
    return () => window.removeEventListener("hashchange", reload);
  }, []);
  return (
    <main className="grid min-h-dvh place-items-center bg-rail p-4">
      <div className="flex w-full max-w-md flex-col gap-5 rounded-lg border border-line bg-raised p-6 sm:p-8">
        {token === null ? (
          <Over>This link is incomplete. Open it from the message again, or ask the sender for a new one.</Over>
        ) : (
          <Opened token={token} />
        )}
      </div>
    </main>
  );
}

function Opened({ token }: { token: string }) {
  const [answer] = useState(takeConsentAnswer);
  const [works, setWorks] = useState<boolean | null>(null);
  const link = useQuery({
    queryKey: ["reconnect", token],
    queryFn: () => api.reconnect.open({ body: { link: token } }),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  if (works !== null && link.data) return <Done of={link.data} works={works} />;
  if (link.error) return <Over>{messageOf(link.error)}</Over>;
  if (!link.data) return <SkeletonRows rows={3} />;
  const onDone = ({ works, returnTo }: ReconnectReply) => {
    forgetReconnectLink();
    setWorks(works);
    if (returnTo !== null) window.location.replace(returnTo);
  };
  const Way = link.data.way === "consent" ? ByConsent : BySecret;
  return <Way token={token} view={link.data} answer={answer} onDone={onDone} />;
}

/** The app gave the login, and it only has to be saved. */
const isUnsaved = (error: unknown): boolean => error instanceof ApiError && error.code === "CONSENT_NOT_SAVED";

function Unsaved({ app, onRetry }: { app: string; onRetry: () => void }) {
  return (
    <>
      <Heading>Not saved yet</Heading>
      <p role="alert" className="text-body text-ink-2">
        {app} gave the login, but it could not be saved just now. It is kept for ten minutes: leave this page open and try again.
      </p>
      <Button kind="primary" onClick={onRetry}>
        Try again
      </Button>
    </>
  );
}

interface WayProps {
  token: string;
  view: ReconnectView;
  /** What came back from the app's page, after the browser was there. */
  answer: ConsentAnswer | null;
  onDone: (reply: ReconnectReply) => void;
}

function ByConsent({ token, view, answer, onDone }: WayProps) {
  const { app, account } = view;
  const begin = useMutation({
    mutationFn: () => api.reconnect.begin({ body: { link: token } }),
    meta: { quiet: true },
    onSuccess: ({ url }) => leaveForReconnect(token, url),
  });
  const finish = useMutation({
    mutationFn: (reply: ConsentAnswer) => api.reconnect.finish({ body: { link: token, ...reply } }),
    meta: { quiet: true },
    onSuccess: onDone,
  });
  const { mutate } = finish;
  useEffect(() => {
    if (answer !== null) mutate(answer);
  }, [answer, mutate]);
  if (answer !== null && (finish.isIdle || finish.isPending)) return <Checking app={app} />;
  if (answer !== null && isUnsaved(finish.error)) return <Unsaved app={app} onRetry={() => mutate(answer)} />;
  return (
    <>
      <Ask view={view}>
        Sign in to {app} with the account for <bdi>{account}</bdi> and allow access. Then you return to this page.
      </Ask>
      <Failed error={begin.error ?? finish.error} />
      <Button kind="primary" busy={begin.isPending || begin.isSuccess} onClick={() => begin.mutate()}>
        Continue at {app}
      </Button>
      <Until view={view} />
    </>
  );
}

function BySecret({ token, view, onDone }: WayProps) {
  const { app, account, fields } = view;
  const [draft, setDraft] = useState<LoginDraft>({});
  const login = { kind: "token" as const, title: app, fields };
  const save = useMutation({
    mutationFn: () => api.reconnect.save({ body: { link: token, secret: loginBody(login, draft).secret } }),
    meta: { quiet: true },
    onSuccess: onDone,
  });
  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady(login, draft)) save.mutate();
      }}
    >
      <Ask view={view}>
        {view.isNew ? "Enter the login of" : "Enter a new login for"} <bdi>{account}</bdi>. It is tested with {app} before it is saved, and
        cannot be read afterwards.
      </Ask>
      <LoginFields
        login={login}
        draft={draft}
        onChange={(next) => {
          setDraft(next);
          save.reset();
        }}
      />
      <Failed error={save.error} />
      <Button kind="primary" type="submit" disabled={!isReady(login, draft)} busy={save.isPending}>
        {view.isNew ? "Connect" : "Reconnect"}
      </Button>
      <Until view={view} />
    </form>
  );
}

function Ask({ view, children }: { view: ReconnectView; children: ReactNode }) {
  const { app, account, from } = view;
  return (
    <div>
      <Heading>
        {view.isNew ? "Connect" : "Reconnect"} <bdi>{account}</bdi> to {app}
      </Heading>
      {from !== null && (
        <p className="mt-1 text-ink-2">
          <bdi className="font-medium text-ink">{from}</bdi> asks you for it.
        </p>
      )}
      <p className="mt-2 text-body text-ink-2">{children}</p>
    </div>
  );
}

function Heading({ children }: { children: ReactNode }) {
  useEffect(() => {
    document.title = "Connect";
  }, []);
  return <h1 className="text-page leading-8 font-semibold tracking-[-0.014em] text-balance">{children}</h1>;
}

const Until = ({ view: { expiresAt } }: { view: ReconnectView }) => (
  <p className="text-meta text-ink-3">
    This link works once, until {minuteOf(expiresAt)}. If you did not expect it, ask the sender before you continue.
  </p>
);

const Failed = ({ error }: { error: unknown }) => (error === null ? null : <Problem>{messageOf(error)}</Problem>);

const Checking = ({ app }: { app: string }) => (
  <>
    <Heading>Connecting</Heading>
    <p role="status" className="text-body text-ink-2">
      Testing the login with {app}. Keep this page open.
    </p>
  </>
);

function Done({ of: { app, account, isNew }, works }: { of: ReconnectView; works: boolean }) {
  return (
    <Result
      icon={<Icon of={works ? CircleCheck : TriangleAlert} size={20} />}
      tone={works ? "bg-success-soft text-success" : "bg-warning-soft text-warning"}
      title={works ? "Done" : "Saved, but it does not work yet"}
    >
      {works ? (
        <>
          <bdi>{account}</bdi> is connected to {app}
          {isNew ? "" : " again"}. You can close this page.
        </>
      ) : (
        <>The login was saved, but {app} does not accept it yet. Tell the person who sent you the link. You can close this page.</>
      )}
    </Result>
  );
}

const Over = ({ children }: { children: ReactNode }) => (
  <Result icon={<Icon of={TriangleAlert} size={20} />} tone="bg-warning-soft text-warning" title="This link cannot be used">
    {children}
  </Result>
);

function Result({ icon, tone, title, children }: { icon: ReactNode; tone: string; title: string; children: ReactNode }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className={`grid size-10 place-items-center rounded-lg ${tone}`}>{icon}</span>
      <Heading>{title}</Heading>
      <p className="text-body text-ink-2">{children}</p>
    </div>
  );
}
