import { type LucideIcon, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { messageOf } from "../../lib/query.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

/** Nothing here yet: one sentence what this is for, one thing to do. */
export function Empty({ icon, children, action }: { icon: LucideIcon; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-4 px-6 py-16 text-center">
      <span className="grid size-10 place-items-center rounded-lg bg-neutral-soft text-ink-3">
        <Icon of={icon} size={20} />
      </span>
      <p className="max-w-md text-body text-ink-2">{children}</p>
      {action}
    </div>
  );
}

/** What failed, in words, and the way to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-4 px-6 py-16 text-center">
      <span className="grid size-10 place-items-center rounded-lg bg-failure-soft text-failure">
        <Icon of={TriangleAlert} size={20} />
      </span>
      <p className="max-w-md text-body text-ink-2">{messageOf(error)}</p>
      {retry !== undefined && <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

interface LoadedProps<T> {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}

/** The data when it is there; before that a skeleton, or what went wrong. Old data stays in sight when a refresh fails. */
export function Loaded<T>({ query, skeleton, children }: LoadedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure error={query.error} retry={() => query.refetch()} />;
  return <>{skeleton}</>;
}
