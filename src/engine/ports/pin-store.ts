import type { ReferencePin } from "../types/lint.ts";

export interface PinStore {
  list(workspaceId: string, place: string): Promise<ReferencePin[]>;
  put(pin: ReferencePin): Promise<void>;
  delete(pin: Pick<ReferencePin, "workspaceId" | "place" | "kind" | "parent" | "name">): Promise<void>;
}
