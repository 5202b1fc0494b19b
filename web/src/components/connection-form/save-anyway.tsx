import { Button } from "../ui/button.tsx";

/** The second choice after a failed test: for an app that is down just now. */
export function SaveAnyway({ busy, onClick, children = "Save anyway" }: { busy: boolean; onClick: () => void; children?: string }) {
  return (
    <Button kind="quiet" busy={busy} onClick={onClick}>
      {children}
    </Button>
  );
}
