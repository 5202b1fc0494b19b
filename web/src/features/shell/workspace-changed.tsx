import { AlertDialog as Parts } from "radix-ui";
import { Button } from "../../components/ui/button.tsx";

/** Covers a tab that still shows the old workspace after a switch in another tab. */
export function WorkspaceChanged() {
  return (
    <Parts.Root open>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-veil animate-appear" />
        <Parts.Content className="fixed top-[20vh] left-1/2 z-50 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg bg-raised p-5 shadow-float outline-none animate-appear">
          <Parts.Title className="text-section font-semibold">You switched workspaces</Parts.Title>
          <Parts.Description className="mt-1.5 text-body text-ink-2">
            You switched to another workspace in a different tab. This tab shows the old one, and nothing in it was changed.
          </Parts.Description>
          <div className="mt-5 flex justify-end">
            <Button kind="primary" onClick={() => window.location.assign("/")}>
              Reload
            </Button>
          </div>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
