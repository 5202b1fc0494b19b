import { capital } from "#kernel/words.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import type { BothWords, SideWords } from "../types.ts";

/** Above two columns: whose they are. */
export function SideHeads({ words, className }: { words: BothWords; className: string }) {
  return (
    <div className={`${className} border-b border-line pb-2`}>
      <Head side={words.a} />
      <span />
      <Head side={words.b} />
    </div>
  );
}

function Head({ side }: { side: SideWords }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <AppMark app={side.app} size={22} />
      <span className="min-w-0">
        <bdi className="block truncate font-medium" title={side.account}>
          {side.account}
        </bdi>
        <span className="block truncate text-meta text-ink-3">{capital(side.many)}</span>
      </span>
    </span>
  );
}
