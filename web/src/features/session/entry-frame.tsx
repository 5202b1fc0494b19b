import { type ReactNode, useEffect } from "react";
import { Wordmark } from "../../components/wordmark.tsx";

/** What stands before the pages: one card in the middle. */
export function EntryFrame({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Millrace`;
  }, [title]);
  return (
    <main className="grid min-h-dvh place-items-center bg-rail p-4">
      <div className="flex w-full max-w-sm flex-col gap-5 rounded-lg border border-line bg-raised p-6">
        <Wordmark />
        <div>
          <h1 className="text-section font-semibold text-balance">{title}</h1>
          {about !== undefined && <div className="mt-1 flex flex-col gap-2 text-ink-2">{about}</div>}
        </div>
        {children}
      </div>
    </main>
  );
}

/** Another way on, that looks like a link. */
export function WayButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="w-fit rounded-sm text-ink-2 underline decoration-line-strong underline-offset-3 hover:text-ink"
    >
      {children}
    </button>
  );
}
