import { sandboxDefaults } from "#sandbox/index.ts";
import type { Operation } from "#catalog/types.ts";
import type { Ground } from "../sdk/row.ts";
import type { Side } from "../sdk/side.ts";

const { acmeDental: locationId, companyId, conversationProvider, customFields, defaultAppId } = sandboxDefaults;

/** Lays out what a request needs, and gives what of its input matters. */
type Layout = (ground: Ground, side: Side, operation: Operation) => Record<string, unknown> | Promise<Record<string, unknown>>;

const conversation = ({ state, contactId }: Ground) => ({ conversationId: state.conversations.find("contact", contactId)[0]!.id });
const tag = ({ state }: Ground) => ({ tagId: state.tags.inLocation(locationId)[0]!.id });
const field = () => ({ id: customFields.answer });
const laterMessage = async ({ location, contactId, now }: Ground, type: string) => {
  const later = { type, contactId, message: "Later", html: "Later", subject: "Later", scheduledTimestamp: Math.floor(now / 1000) + 3600 };
  return location.conversations.sendANewMessage(later as never);
};

/** Inputs for the endpoints that the sandbox keeps records for and nobody has judged. They are the same in both versions. */
export const unjudged: Record<string, Layout> = {
  "blogs/update-blog-post": async ({ state, location }) => {
    const post = {
      locationId,
      blogId: state.blogSites.inLocation(locationId)[0]!.id,
      author: state.blogAuthors.inLocation(locationId)[0]!.id,
      categories: [state.blogCategories.inLocation(locationId)[0]!.id],
      title: "Gums",
      description: "About gums",
      rawHTML: "<p>Gums</p>",
      imageUrl: "https://acmedental.example.com/gums.png",
      imageAltText: "Gums",
      status: "DRAFT",
      urlSlug: "gums",
      publishedAt: "2026-01-31T09:00:00Z",
    };
    const { data } = (await location.blogs.createBlogPost(post as never)) as unknown as { data: { _id: string } };
    return { ...post, postId: data._id, urlSlug: "all-about-gums" };
  },
  "conversations/add-an-inbound-message": (ground) => ({
    ...conversation(ground),
    conversationProviderId: conversationProvider,
    type: "SMS",
  }),
  "conversations/add-an-outbound-message": (ground) => ({ ...conversation(ground), conversationProviderId: conversationProvider }),
  "conversations/add-message-attachments": ({ state }) => ({ messageId: state.messages.inLocation(locationId)[0]!.id }),
  "conversations/cancel-scheduled-email-message": async (ground) => ({
    emailMessageId: (await laterMessage(ground, "Email")).emailMessageId,
  }),
  "conversations/create-conversation": ({ contacts }) => ({ locationId, contactId: contacts.at(-1) }),
  "conversations/delete-conversation": conversation,
  "conversations/export-messages-by-location": () => ({ locationId }),
  "conversations/update-conversation": (ground) => ({ ...conversation(ground), locationId }),
  "forms/upload-to-custom-fields": ({ contactId }) => ({ contactId, locationId }),
  "locations/create-custom-field": () => ({ name: "Shade", dataType: "TEXT" }),
  "locations/delete-custom-field": field,
  "locations/delete-tag": tag,
  "locations/get-custom-field": field,
  "locations/get-tag-by-id": tag,
  "locations/update-custom-field": field,
  "locations/update-tag": tag,
  "oauth/get-access-token": (_, { sandbox }, { version }) => {
    const { clientId, clientSecret, refreshToken } = sandbox.issueToken({ kind: "oauth" });
    return version === "v3"
      ? { clientId, clientSecret, grantType: "refresh_token", refreshToken }
      : { client_id: clientId, client_secret: clientSecret, grant_type: "refresh_token", refresh_token: refreshToken };
  },
  "oauth/get-installed-location": () => ({ companyId, appId: defaultAppId }),
  "oauth/get-location-access-token": (_, { sandbox }) => {
    sandbox.setWebhook({ locationIds: [locationId] }); // an app stays uninstalled where a sub-account was deleted and came back
    return { companyId, locationId };
  },
  "opportunities/search-opportunities-advanced": () => ({ locationId, limit: 5 }),
};
