import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Fingerprint, LogIn } from "lucide-react";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { enter } from "../../lib/sign-in-link.ts";
import { leaveForProvider } from "../../lib/single-sign-on.ts";
import { Problem } from "./entry-frame.tsx";

/** Signing in with a passkey of this device. Leaving the browser's own window is no fault. */
export function PasskeyButton() {
  const cache = useQueryClient();
  const signIn = useMutation({
    mutationFn: async () => {
      const { startAuthentication } = await import("@simplewebauthn/browser");
      const response = await startAuthentication({ optionsJSON: (await api.session.offerPasskey()) as never });
      await api.session.withPasskey({ body: { response: { ...response } } });
    },
    meta: { quiet: true },
    onSuccess: () => enter(cache),
  });
  return (
    <>
      {signIn.error !== null && !isLeft(signIn.error) && <Problem>{messageOf(signIn.error)}</Problem>}
      <Button icon={<Icon of={Fingerprint} size={14} />} busy={signIn.isPending} onClick={() => signIn.mutate()}>
        Sign in with a passkey
      </Button>
    </>
  );
}

/** Signing in with the provider that the operator has named; with an invitation, joining with it. */
export function ProviderButton({ name, invitation }: { name: string; invitation?: string }) {
  const leave = useMutation({ mutationFn: () => leaveForProvider(invitation), meta: { quiet: true } });
  return (
    <>
      {leave.error !== null && <Problem>{messageOf(leave.error)}</Problem>}
      <Button icon={<Icon of={LogIn} size={14} />} busy={leave.isPending} onClick={() => leave.mutate()}>
        Continue with {name}
      </Button>
    </>
  );
}

/** Somebody closed the browser's window, or it took too long. */
export const isLeft = (error: unknown): boolean => error instanceof Error && ["NotAllowedError", "AbortError"].includes(error.name);
