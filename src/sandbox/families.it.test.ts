import { HighLevel } from "@gohighlevel/api-client";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "#kernel/clock.ts";
import { acmeDental as locationId, calendarGroup, calendars, campaigns, companyId, socialProfile, users, workflows } from "./defaults.ts";
import { openSandbox, type Sandbox } from "./index.ts";

// The official client, as it comes, on every family beside contacts.
let sandbox: Sandbox;
let sdk: HighLevel;
let contactId: string;
beforeAll(async () => {
  for (const method of ["warn", "error"] as const) vi.spyOn(console, method).mockImplementation(() => {});
  sandbox = await openSandbox({ clock: systemClock, indexLagMs: 0, quota: { burst: 10_000 } });
  Object.assign(HighLevel, { BASE_URL: await sandbox.listen({ port: 0 }) });
  sdk = new HighLevel({ privateIntegrationToken: sandbox.issueToken({ locationId }).accessToken });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await sandbox.close();
});
beforeEach(() => {
  sandbox.reset();
  contactId = sandbox.state.contacts.inLocation(locationId)[5]!.id;
});

const refused = (call: Promise<unknown>) =>
  call.then(
    () => "accepted",
    (error: { statusCode?: number }) => error.statusCode,
  );

describe("calendars", () => {
  const dayMs = 86_400_000;
  const calendarId = calendars.checkUps;
  const booked = async () => {
    const days = (await sdk.calendars.getSlots({
      calendarId,
      startDate: Date.now(),
      endDate: Date.now() + 7 * dayMs,
    })) as unknown as Record<string, { slots: string[] }>;
    const startTime = Object.entries(days).find(([day]) => /^\d{4}-/.test(day))![1].slots[0]!;
    return sdk.calendars.createAppointment({ calendarId, locationId, contactId, startTime });
  };

  test("give slots that can be booked once, changed and deleted", async () => {
    const made = await booked();
    expect(await refused(sdk.calendars.createAppointment({ calendarId, locationId, contactId, startTime: made.startTime! }))).toBe(400);
    const eventId = made.id;
    expect(await sdk.calendars.getAppointment({ eventId })).toMatchObject({ event: { id: eventId, contactId } });
    expect(await sdk.calendars.editAppointment({ eventId }, { title: "Moved" })).toMatchObject({ title: "Moved" });
    const window = { locationId, calendarId, startTime: String(Date.now()), endTime: String(Date.now() + 9 * dayMs) };
    expect((await sdk.calendars.getCalendarEvents(window)).events).toHaveLength(1);
    const note = await sdk.calendars.createAppointmentNote({ appointmentId: eventId }, { body: "Nervous", userId: users.desk });
    const noteId = note.note!.id!;
    expect(await sdk.calendars.updateAppointmentNote({ appointmentId: eventId, noteId }, { body: "Calm" })).toMatchObject({
      note: { body: "Calm" },
    });
    expect(await sdk.calendars.getAppointmentNotes({ appointmentId: eventId, limit: 10, offset: 0 })).toMatchObject({
      notes: [{ id: noteId }],
      hasMore: false,
    });
    expect(await sdk.calendars.deleteAppointmentNote({ appointmentId: eventId, noteId })).toMatchObject({ success: true });
    const block = {
      locationId,
      calendarId,
      startTime: new Date(Date.now() + dayMs).toISOString(),
      endTime: new Date(Date.now() + 2 * dayMs).toISOString(),
    };
    const { id } = await sdk.calendars.createBlockSlot({ ...block, title: "Closed" });
    expect(await sdk.calendars.editBlockSlot({ eventId: id }, { ...block, title: "Shut" })).toMatchObject({ id, title: "Shut" });
    expect((await sdk.calendars.getBlockedSlots(window)).events).toHaveLength(1);
    for (const gone of [id, eventId])
      expect(await sdk.calendars.deleteEvent({ eventId: gone }, {} as never)).toMatchObject({ succeeded: true });
  });

  test("are configured", async () => {
    expect((await sdk.calendars.getCalendars({ locationId })).calendars).toHaveLength(2);
    const { calendar } = await sdk.calendars.createCalendar({ locationId, name: "Whitening" });
    expect(await sdk.calendars.updateCalendar({ calendarId: calendar.id }, { slotDuration: 60 })).toMatchObject({
      calendar: { slotDuration: 60 },
    });
    expect((await sdk.calendars.getCalendar({ calendarId: calendar.id })).calendar).toMatchObject({ name: "Whitening" });
    const [made] = (await sdk.calendars.createEventNotification({ calendarId }, [
      { receiverType: "contact", channel: "email", notificationType: "booked" },
    ] as never)) as unknown as { _id: string }[];
    const notificationId = made!._id;
    expect(await sdk.calendars.updateEventNotification({ calendarId, notificationId }, { isActive: false } as never)).toHaveProperty(
      "message",
    );
    expect(await sdk.calendars.findEventNotification({ calendarId, notificationId })).toMatchObject({ isActive: false });
    expect(await sdk.calendars.getEventNotification({ calendarId })).toMatchObject([{ _id: notificationId }]);
    expect(await sdk.calendars.deleteEventNotification({ calendarId, notificationId })).toHaveProperty("message");
    expect(await sdk.calendars.deleteCalendar({ calendarId: calendar.id })).toMatchObject({ success: true });
  });

  test("have groups and resources", async () => {
    expect((await sdk.calendars.getGroups({ locationId })).groups).toMatchObject([{ id: calendarGroup }]);
    const text = { name: "Kids", description: "Small patients", slug: "kids" };
    expect(await sdk.calendars.validateGroupsSlug({ locationId, slug: "kids" })).toMatchObject({ available: true });
    const { group } = await sdk.calendars.createCalendarGroup({ locationId, ...text });
    const groupId = group!.id!;
    expect(await sdk.calendars.editGroup({ groupId }, { ...text, name: "Children" })).toMatchObject({ group: { name: "Children" } });
    expect(await sdk.calendars.disableGroup({ groupId }, { isActive: false })).toMatchObject({ success: true });
    expect(await sdk.calendars.deleteGroup({ groupId })).toMatchObject({ success: true });
    const resourceType = "rooms" as never;
    const made = (await sdk.calendars.createCalendarResource(
      { resourceType },
      { locationId, name: "Room 2", description: "-", quantity: 1, outOfService: 0, capacity: 2, calendarIds: [calendarId] },
    )) as unknown as { _id: string };
    const one = { resourceType, id: made._id };
    expect(await sdk.calendars.updateCalendarResource(one, { capacity: 3 })).toMatchObject({ capacity: 3 });
    expect(await sdk.calendars.getCalendarResource(one)).toMatchObject({ name: "Room 2", resourceType: "rooms" });
    expect(await sdk.calendars.fetchCalendarResources({ resourceType, locationId, limit: 10, skip: 0 })).toHaveLength(2);
    expect(await sdk.calendars.deleteCalendarResource(one)).toMatchObject({ success: true });
  });
});

test("opportunities go through their pipeline", async () => {
  const [pipeline] = (await sdk.opportunities.getPipelines({ locationId })).pipelines!;
  const pipelineId = pipeline!.id!;
  const made = await sdk.opportunities.createOpportunity({ pipelineId, locationId, name: "Crown", status: "open" as never, contactId });
  const id = made.opportunity!.id!;
  expect(await sdk.opportunities.getOpportunity({ id })).toMatchObject({ opportunity: { id, contactId } });
  expect(await sdk.opportunities.updateOpportunity({ id }, { monetaryValue: 5 } as never)).toMatchObject({
    opportunity: { monetaryValue: 5 },
  });
  expect(await sdk.opportunities.updateOpportunityStatus({ id }, { status: "won" as never })).toMatchObject({ succeded: true });
  const upsert = {
    pipelineId,
    locationId,
    contactId,
    name: "Bridge",
    followers: [users.desk],
    isRemoveAllFollowers: false,
    followersActionType: "add",
  };
  expect(await sdk.opportunities.upsertOpportunity(upsert as never)).toMatchObject({ new: false, opportunity: { id, name: "Bridge" } });
  expect(await sdk.opportunities.addFollowersOpportunity({ id }, { followers: [users.owner] })).toMatchObject({
    followersAdded: [users.owner],
  });
  expect(await sdk.opportunities.removeFollowersOpportunity({ id }, { followers: [users.owner] })).toMatchObject({
    followers: [users.desk],
  });
  expect((await sdk.opportunities.searchOpportunity({ locationId, status: "won" } as never)).opportunities).toHaveLength(2);
  expect(await sdk.opportunities.deleteOpportunity({ id })).toMatchObject({ succeded: true });
});

test("conversations take messages and give them back", async () => {
  const made = await sdk.conversations.sendANewMessage({ type: "Email" as never, contactId, html: "<p>Hi</p>", subject: "Hi" } as never);
  const { conversationId, messageId } = made;
  expect((await sdk.conversations.searchConversation({ locationId, contactId })).conversations).toMatchObject([{ id: conversationId }]);
  expect(await sdk.conversations.getConversation({ conversationId })).toMatchObject({ id: conversationId, contactId });
  expect(await sdk.conversations.getMessage({ id: messageId })).toMatchObject({ id: messageId, messageType: "TYPE_EMAIL" });
  expect(await sdk.conversations.getEmailById({ id: made.emailMessageId! } as never)).toMatchObject({ body: "<p>Hi</p>" });
  expect(await sdk.conversations.getMessages({ conversationId })).toMatchObject({ messages: { messages: [{ id: messageId }] } });
  const later = Math.floor(Date.now() / 1000) + 600;
  const scheduled = await sdk.conversations.sendANewMessage({
    type: "SMS" as never,
    contactId,
    message: "x",
    scheduledTimestamp: later,
  } as never);
  expect(await sdk.conversations.cancelScheduledMessage({ messageId: scheduled.messageId })).toMatchObject({ status: 200 });
  expect(await refused(sdk.conversations.updateMessageStatus({ messageId }, { status: "read" as never }))).toBe(403);
  const typing = { locationId, conversationId, visitorId: "v1", isTyping: "true" };
  expect(await sdk.conversations.liveChatAgentTyping(typing as never)).toMatchObject({ success: true });
  const call = sandbox.state.messages.inLocation(locationId).find(({ channel }) => channel === "Call")!.id;
  const recorded = { locationId, messageId: call };
  expect(String(await sdk.conversations.getMessageRecording(recorded))).toMatch(/^RIFF/);
  expect(await sdk.conversations.getMessageTranscription(recorded)).toHaveLength(4);
  expect(String(await sdk.conversations.downloadMessageTranscription(recorded))).toContain("Marco");
});

describe("the rest", () => {
  const agency = () => new HighLevel({ privateIntegrationToken: sandbox.issueToken().accessToken });

  test("users are read and written", async () => {
    const user = await sdk.users.createUser({
      companyId,
      firstName: "Nora",
      lastName: "Kelly",
      email: "nora@acmedental.example.com",
      password: "correct horse 1",
      type: "account",
      role: "user",
      locationIds: [locationId],
    } as never);
    const userId = user.id!;
    expect(await sdk.users.getUser({ userId })).toMatchObject({ id: userId, name: "Nora Kelly" });
    expect(await sdk.users.updateUser({ userId } as never, { lastName: "King" } as never)).toMatchObject({ lastName: "King" });
    expect((await sdk.users.searchUsers({ companyId, locationId } as never)).users).toHaveLength(3);
    expect((await agency().users.filterUsersByEmail({ companyId, emails: [user.email!].join() } as never)).users).toHaveLength(1);
    expect(await sdk.users.deleteUser({ userId } as never)).toMatchObject({ succeded: true });
  });

  test("lists, followers, businesses and memberships", async () => {
    expect((await sdk.workflows.getWorkflow({ locationId })).workflows).toHaveLength(2);
    expect((await sdk.campaigns.getCampaigns({ locationId })).campaigns).toHaveLength(1);
    expect((await agency().snapshots.getCustomSnapshots({ companyId })).snapshots).toHaveLength(1);
    expect(await agency().companies.getCompany({ companyId })).toMatchObject({ company: { id: companyId } });
    expect(await agency().locations.createLocation({ name: "New", companyId })).toMatchObject({ name: "New", companyId });
    expect((await agency().locations.searchLocations({ companyId })).locations).toHaveLength(3);
    const workflowId = workflows.recall;
    expect(await sdk.contacts.addContactToWorkflow({ contactId, workflowId }, {})).toMatchObject({ succeded: true });
    expect(await sdk.contacts.deleteContactFromWorkflow({ contactId, workflowId }, {})).toMatchObject({ succeded: true });
    const campaign = { contactId, campaignId: campaigns.spring };
    expect(await sdk.contacts.addContactToCampaign(campaign, {})).toMatchObject({ succeded: true });
    expect(await sdk.contacts.removeContactFromCampaign(campaign)).toMatchObject({ succeded: true });
    expect(await sdk.contacts.addFollowersContact({ contactId }, { followers: [users.desk] })).toMatchObject({ followers: [users.desk] });
    expect(await sdk.contacts.removeFollowersContact({ contactId }, { followers: [users.desk] })).toMatchObject({ followers: [] });
    const made = (await sdk.businesses.createBusiness({ name: "Mill", locationId })) as unknown as { buiseness: { id: string } };
    const businessId = made.buiseness.id;
    expect(await sdk.contacts.addRemoveContactFromBusiness({ locationId, ids: [contactId], businessId })).toMatchObject({
      ids: [contactId],
    });
    expect((await sdk.contacts.getContactsByBusinessId({ businessId, locationId })).contacts).toHaveLength(1);
    expect(await sdk.contacts.getAppointmentsForContact({ contactId })).toHaveProperty("events");
    expect(await sdk.businesses.updateBusiness({ businessId }, { city: "Albany" } as never)).toMatchObject({ success: true });
    expect(await sdk.businesses.getBusiness({ businessId })).toMatchObject({ business: { city: "Albany" } });
    expect((await sdk.businesses.getBusinessesByLocation({ locationId })).businesses).toHaveLength(2);
    expect(await sdk.businesses.deleteBusiness({ businessId })).toMatchObject({ success: true });
  });

  test("associations and relations", async () => {
    const labels = { firstObjectLabel: "Patient", secondObjectLabel: "Dentist" };
    const keys = { firstObjectKey: "contact", secondObjectKey: "contact" };
    const { id: associationId } = await sdk.associations.createAssociation({ locationId, key: "dentist", ...labels, ...keys } as never);
    expect(await sdk.associations.getAssociationByID({ associationId })).toMatchObject({ key: "dentist" });
    expect(await sdk.associations.getAssociationKeyByKeyName({ keyName: "dentist", locationId } as never)).toMatchObject({
      id: associationId,
    });
    expect(await sdk.associations.getAssociationByObjectKeys({ objectKey: "business" })).toMatchObject({ key: "employer" });
    expect(await sdk.associations.updateAssociation({ associationId }, { ...labels, firstObjectLabel: "Client" } as never)).toMatchObject({
      firstObjectLabel: "Client",
    });
    expect(await sdk.associations.findAssociations({ locationId, skip: 0, limit: 10 })).toMatchObject({ total: 3 });
    const second = sandbox.state.contacts.inLocation(locationId)[6]!.id;
    const relation = await sdk.associations.createRelation({ locationId, associationId, firstRecordId: contactId, secondRecordId: second });
    expect(await sdk.associations.getRelationsByRecordId({ recordId: second, locationId, skip: 0, limit: 10 } as never)).toMatchObject({
      total: 1,
    });
    expect(await sdk.associations.deleteRelation({ relationId: relation.id, locationId })).toMatchObject({ id: relation.id });
    expect(await sdk.associations.deleteAssociation({ associationId })).toMatchObject({ deleted: true });
  });

  test("blogs", async () => {
    const [site] = (await sdk.blogs.getBlogs({ locationId, skip: 0, limit: 5 })).data;
    const [author] = (await sdk.blogs.getAllBlogAuthorsByLocation({ locationId, limit: 5, offset: 0 })).authors;
    const [category] = (await sdk.blogs.getAllCategoriesByLocation({ locationId, limit: 5, offset: 0 })).categories;
    const post = {
      title: "Whitening",
      locationId,
      blogId: site!._id,
      imageUrl: "https://acmedental.example.com/w.jpg",
      description: "-",
      rawHTML: "<p>-</p>",
      status: "DRAFT",
      imageAltText: "-",
      categories: [category!._id],
      author: author!._id,
      urlSlug: "whitening",
      publishedAt: "2026-01-15T08:00:00.000Z",
    } as never;
    const { data } = await sdk.blogs.createBlogPost(post);
    expect(await sdk.blogs.updateBlogPost({ postId: data._id } as never, post)).toMatchObject({ updatedBlogPost: { _id: data._id } });
    expect((await sdk.blogs.getBlogPost({ locationId, blogId: site!._id, limit: 5, offset: 0 })).blogs).toHaveLength(2);
    expect(await sdk.blogs.checkUrlSlugExists({ locationId, urlSlug: "whitening" })).toMatchObject({ exists: true });
  });

  test("the Social Planner", async () => {
    const { results } = (await sdk.socialMediaPosting.getTagsLocationId({ locationId })) as { results: { tags: { _id: string }[] } };
    expect(results.tags).toHaveLength(3);
    expect(await sdk.socialMediaPosting.getTagsByIds({ locationId }, { tagIds: [results.tags[0]!._id] })).toMatchObject({
      results: { count: 1 },
    });
    const asked = { profileIds: [socialProfile.facebook] };
    expect(await sdk.socialMediaPosting.getSocialMediaStatistics({ locationId }, asked)).toMatchObject({
      results: { dayRange: { length: 7 } },
    });
  });
});
