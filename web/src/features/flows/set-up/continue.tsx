import { Link } from "@tanstack/react-router";
import { ListChecks } from "lucide-react";
import type { FlowView } from "#api/schemas.ts";
import { useMay } from "../../../lib/may.ts";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";

/** The way back to a set-up that is not finished. */
export function ContinueSetUp({ flow, className }: { flow: Pick<FlowView, "id" | "setup">; className?: string }) {
  const mayWrite = useMay("flows:write");
  if (flow.setup === null || !mayWrite) return null;
  return (
    <Link
      to="/flows/$flowId/set-up"
      params={{ flowId: flow.id }}
      className={cx("inline-flex items-center gap-1.5 rounded-sm font-medium text-accent-ink hover:underline", className)}
    >
      <Icon of={ListChecks} size={14} />
      Continue set-up (step {flow.setup} of 3)
    </Link>
  );
}
