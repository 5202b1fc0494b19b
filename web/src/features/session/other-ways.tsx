import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Fingerprint, LogIn } from "lucide-react";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { api } from "../../lib/api.ts";
import { askForPasskey, isCancelled } from "../../lib/passkeys.ts";
import { messageOf } from "../../lib/query.ts";
import { enter } from "../../lib/sign-in-link.ts";
import { leaveForProvider } from "../../lib/single-sign-on.ts";

/** Signs in with a passkey. Cancelling in the browser's dialog is not an error. */
export function PasskeyButton() {
  const cache = useQueryClient();
  const signIn = useMutation({
    mutationFn: async () => {
      const response = await askForPasskey(await api.session.offerPasskey());
      await api.session.withPasskey({ body: { response } });
    },
    meta: { quiet: true },
    onSuccess: () => enter(cache),
  });
  return (
    <>
      {signIn.error !== null && !isCancelled(signIn.error) && <Problem>{messageOf(signIn.error)}</Problem>}
      <Button icon={<Icon of={Fingerprint} size={14} />} busy={signIn.isPending} onClick={() => signIn.mutate()}>
        Sign in with a passkey
      </Button>
    </>
  );
}

/** Signs in with the provider of single sign-on, or accepts an invitation with it. */
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
