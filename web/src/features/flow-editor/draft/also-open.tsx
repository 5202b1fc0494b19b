import { useQuery } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { useEffect } from "react";
import { Icon } from "../../../components/ui/icon.tsx";
import { api } from "../../../lib/api.ts";
import { plural } from "../../../lib/words.ts";

const everyMs = 20_000;
/** What this window calls itself. `randomUUID` is there on https and localhost alone. */
const own = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");

/** Says that others have the flow open too. It is asked while the page is in sight, and taken back when it is left. */
export function AlsoOpen({ flowId }: { flowId: string }) {
  useEffect(() => {
    const leave = () => void api.flows.noteEditor({ id: flowId, body: { window: own, leaving: true } }).catch(() => {});
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [flowId]);
  const others = useQuery({
    queryKey: ["flows", flowId, "editors"],
    queryFn: async () => (await api.flows.noteEditor({ id: flowId, body: { window: own } })).others,
    refetchInterval: everyMs,
    gcTime: 0,
    meta: { quiet: true },
  }).data;
  if (others === undefined || others === 0) return null;
  return (
    <span className="inline-flex items-center gap-1.5 rounded-sm bg-warning-soft px-1.5 text-warning">
      <Icon of={Users} size={13} />
      Also open in {others === 1 ? "another window" : plural(others, "other window")}
    </span>
  );
}
