import type { Row } from "../table.ts";
import type { Author } from "../types.ts";

export interface Pipeline extends Row {
  locationId: string;
  name: string;
  stages: { id: string; name: string; position: number }[];
}

export type OpportunityStatus = "open" | "won" | "lost" | "abandoned";

export interface Opportunity extends Row {
  locationId: string;
  pipelineId: string;
  pipelineStageId: string;
  contactId: string;
  name: string;
  status: OpportunityStatus;
  monetaryValue: number;
  assignedTo?: string;
  source?: string;
  lostReasonId?: string;
  customFields: { id: string; fieldValue: unknown }[];
  followers: string[];
  /** A person where absent. */
  createdBy?: Author;
  createdAt: number;
  updatedAt: number;
  lastStatusChangeAt: number;
  lastStageChangeAt: number;
}
