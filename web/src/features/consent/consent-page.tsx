import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { defined } from "#kernel/defined.ts";
import { useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { refreshConnections } from "../../components/connection-form/refresh.ts";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Failure } from "../../components/ui/state.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { consentIsDone, pageBeforeConsent } from "../../lib/consent.ts";
import type { ConsentSearch } from "./search.ts";

const route = getRouteApi("/oauth/callback");

/** The page to which an app sends the browser back. It finishes the login and returns to where the user left. */
export function ConsentPage() {
  const { finish, leave } = useFinish();
  const search = route.useSearch();
  const [answer] = useState(search); // the address is emptied at once
  const begun = useRef(false);
  const [address] = useState(() => location.href);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    history.replaceState(history.state, "", location.pathname); // the code is spent by this, and stays in no history
    finish.mutate(answer);
  }, [finish, answer]);
  return (
    <Page title={finish.isError ? "Not connected" : "Connecting"}>
      {finish.isError ? (
        <>
          <Failure error={finish.error} {...(isUnsaved(finish.error) && { retry: () => finish.mutate(answer) })} />
          <p className="text-center">
            <Button kind="primary" onClick={leave}>
              Go back and begin again
            </Button>
          </p>
          {finish.error instanceof ApiError && finish.error.code === "CONSENT_OVER" && (
            <div className="mx-auto mt-10 flex max-w-md flex-col gap-1.5">
              <p className="text-ink-2">If you began at the command line, paste this address there:</p>
              <CopyLine text={address} label="Copy the address" />
            </div>
          )}
        </>
      ) : (
        <SkeletonRows rows={3} />
      )}
    </Page>
  );
}

/** The app gave the login, and it only has to be saved. */
const isUnsaved = (error: unknown): boolean => error instanceof ApiError && error.code === "CONSENT_NOT_SAVED";

function useFinish() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const leave = () => void navigate({ href: pageBeforeConsent(), replace: true });
  const finish = useMutation({
    mutationFn: ({ state = "none", code, error, error_description, iss: issuer }: ConsentSearch) => {
      const refusal = error === "access_denied" ? error : (error_description ?? error);
      return api.consents.finish({ body: { state, ...defined({ code, refusal, issuer }) } });
    },
    meta: { quiet: true },
    onSuccess: ({ id, title, status, reason, access }) => {
      if (status === "connected") toast.success(`${title} is connected`);
      else toast.info(`${title} is saved. ${reason ?? "It is not tested yet."}`);
      const back = pageBeforeConsent();
      consentIsDone();
      if (access === "agency") void navigate({ to: "/connections", search: { agency: id }, replace: true });
      else void navigate({ href: back.startsWith("/connections?") ? "/connections" : back, replace: true });
    },
    onSettled: () => refreshConnections(cache),
  });
  return { finish, leave };
}
