import { AlertDialog as Parts } from "radix-ui";
import { Button } from "../../components/ui/button.tsx";

/** Another tab went to another workspace: what this one shows is of the old one, and nothing can be done with it. */
export function WorkspaceChanged() {
  return (
    <Parts.Root open>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-veil animate-appear" />
        <Parts.Content className="fixed top-[20vh] left-1/2 z-50 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg bg-raised p-5 shadow-float outline-none animate-appear">
          <Parts.Title className="text-section font-semibold">You are in another workspace now</Parts.Title>
          <Parts.Description className="mt-1.5 text-body text-ink-2">
            Another tab of this browser went to another workspace. What you see here is of the one before, and nothing was changed in it.
          </Parts.Description>
          <div className="mt-5 flex justify-end">
            <Button kind="primary" onClick={() => window.location.assign("/")}>
              Load again
            </Button>
          </div>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
