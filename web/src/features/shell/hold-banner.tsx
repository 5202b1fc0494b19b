import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CirclePause } from "lucide-react";
import { May } from "../../components/may.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { api } from "../../lib/api.ts";

/** On every page while Millrace was started with --hold: what that means, and how it ends. */
export function HoldBanner() {
  const cache = useQueryClient();
  const resume = useMutation({ mutationFn: () => api.overview.resume(), onSuccess: () => cache.invalidateQueries() });
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-2 bg-warning-soft px-4 py-2 md:px-8">
      <Icon of={CirclePause} className="shrink-0 text-warning" />
      <p className="min-w-0 flex-1 basis-64">
        <span className="font-medium">Millrace is on hold.</span> Events are accepted and kept; no run or poll is executed. Cancel the runs
        that must not go on, then let the others go on.
      </p>
      <May scope="engine:write">
        <Button small busy={resume.isPending} onClick={() => resume.mutate()}>
          Resume
        </Button>
      </May>
    </div>
  );
}
