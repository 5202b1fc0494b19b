import type { Operation } from "#catalog/types.ts";
import { accounts } from "./judgement/accounts.ts";
import { associations } from "./judgement/associations.ts";
import { blogs } from "./judgement/blogs.ts";
import { bookingWrites } from "./judgement/booking-writes.ts";
import { businesses } from "./judgement/businesses.ts";
import { calendarReads } from "./judgement/calendar-reads.ts";
import { calendarWrites } from "./judgement/calendar-writes.ts";
import { blogLists, calendarLists, pipelineLists } from "./judgement/config-lists.ts";
import { contactReads } from "./judgement/contact-reads.ts";
import { contactWrites } from "./judgement/contact-writes.ts";
import { conversationReads } from "./judgement/conversation-reads.ts";
import { conversationWrites } from "./judgement/conversation-writes.ts";
import { lookups } from "./judgement/lookups.ts";
import { memberships } from "./judgement/memberships.ts";
import { opportunities } from "./judgement/opportunities.ts";
import { social } from "./judgement/social.ts";
import { users } from "./judgement/users.ts";

/** Every judged operation; recipes come on top. */
export const judgedOperations: readonly Operation[] = [
  ...contactReads,
  ...contactWrites,
  ...calendarLists,
  ...calendarReads,
  ...bookingWrites,
  ...calendarWrites,
  ...conversationReads,
  ...conversationWrites,
  ...pipelineLists,
  ...opportunities,
  ...users,
  ...memberships,
  ...businesses,
  ...lookups,
  ...accounts,
  ...associations,
  ...blogLists,
  ...blogs,
  ...social,
];

/** A judged operation that is known to be there, for a recipe to build on. The newer API is left out: a recipe speaks to the dated one. */
export function judged(id: string): Operation {
  const match = judgedOperations.find((operation) => operation.id === id);
  if (!match) throw new Error(`No judged operation ${id}`);
  const { newer: _, ...operation } = match;
  return operation;
}
