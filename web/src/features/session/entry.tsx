import type { Entrance } from "../../lib/session.ts";
import { Claim } from "./claim.tsx";
import { Invitation } from "./invitation.tsx";
import { Reset } from "./reset.tsx";

/** What the link in the address led to. */
export function Entry({ entrance }: { entrance: Entrance }) {
  if (entrance.kind === "claim") return <Claim link={entrance.link} hasOwner={entrance.hasOwner} />;
  return entrance.kind === "invitation" ? <Invitation token={entrance.token} /> : <Reset token={entrance.token} />;
}
