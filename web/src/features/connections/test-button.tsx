import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { ConnectionView } from "#api/schemas.ts";
import { refreshConnections } from "../../components/connection-form/refresh.ts";
import { Button } from "../../components/ui/button.tsx";
import { api } from "../../lib/api.ts";

/** Tests a login with harmless reads, and says what came of it. */
export function TestButton({ connection, small = false }: { connection: ConnectionView; small?: boolean }) {
  const test = useTest(connection);
  return (
    <Button small={small} busy={test.isPending} onClick={() => test.mutate()}>
      Test connection
    </Button>
  );
}

/** The test, and what is said afterwards. */
export function useTest({ id }: Pick<ConnectionView, "id">) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => api.connections.test({ id }),
    onSuccess: ({ ok, message }) => {
      if (!ok) toast.error(message);
      else if (message === worksMessage) toast.success(message);
      else toast.info(message);
      return refreshConnections(cache);
    },
  });
}

/** What the server says of a test that proved the login. */
const worksMessage = "The login works.";
