import { sandboxDefaults } from "#sandbox/index.ts";
import { byOffset, locationId, type Ground, type Row } from "../row.ts";

const { socialProfile } = sandboxDefaults;
const family = ({ state }: Ground) => ({ associationId: state.associations.inLocation(locationId)[0]!.id });
const related = async (ground: Ground) => {
  const [firstRecordId, secondRecordId] = ground.contacts as [string, string];
  return {
    firstRecordId,
    relation: await ground.location.associations.createRelation({ locationId, ...family(ground), firstRecordId, secondRecordId }),
  };
};
const postOf = ({ state }: Ground) => {
  const { id: postId, blogId, author, categories } = state.blogPosts.inLocation(locationId)[0]!;
  const post = {
    blogId,
    title: "Whitening",
    urlSlug: "whitening",
    description: "Brighter",
    rawHTML: "<p>Brighter.</p>",
    author,
    categories: [...categories],
    tags: ["floss"],
    status: "DRAFT",
    publishedAt: "2026-02-01T08:00:00Z",
    imageUrl: "https://acmedental.example.com/w.jpg",
    imageAltText: "Teeth",
  };
  return { postId, post };
};

/** Associations, blogs and the Social Planner. */
export const otherRows: Record<string, Row> = {
  "associations.list": () => ({
    input: { limit: 1 },
    official: (hl) =>
      byOffset(1, async (skip, limit) => {
        const found: unknown = await hl.associations.findAssociations({ locationId, skip, limit });
        return (found as { associations: unknown[] }).associations;
      }),
  }),
  "associations.get": (ground) => ({
    input: family(ground),
    official: (hl) => hl.associations.getAssociationByID(family(ground)),
  }),
  "associations.get_by_key": () => ({
    input: { key_name: "employer" },
    official: (hl) => hl.associations.getAssociationKeyByKeyName({ keyName: "employer", locationId }),
  }),
  // Only one association has a business: it comes alone, and Millrace makes a list of it.
  "associations.get_by_object_key": () => ({
    input: { objectKey: "business" },
    official: async (hl) => [await hl.associations.getAssociationByObjectKeys({ objectKey: "business" })],
  }),
  "associations.list_relations": async (ground) => {
    const { firstRecordId: recordId } = await related(ground);
    return {
      input: { recordId, limit: 1 },
      official: (hl) =>
        byOffset(1, async (skip, limit) => {
          const found: unknown = await hl.associations.getRelationsByRecordId({ recordId, locationId, skip, limit });
          return (found as { relations: unknown[] }).relations;
        }),
    };
  },
  "associations.create": () => {
    const association = {
      key: "dentist",
      firstObjectLabel: "Patient",
      firstObjectKey: "contact",
      secondObjectLabel: "Dentist",
      secondObjectKey: "contact",
    };
    return { input: association, official: (hl) => hl.associations.createAssociation({ locationId, ...association } as never) };
  },
  "associations.update": (ground) => {
    const labels = { firstObjectLabel: "Client", secondObjectLabel: "Kin" };
    return {
      input: { ...family(ground), ...labels },
      official: (hl) => hl.associations.updateAssociation(family(ground), labels as never),
    };
  },
  "associations.delete": async (ground) => {
    await related(ground);
    return { input: family(ground), official: (hl) => hl.associations.deleteAssociation(family(ground)) };
  },
  "associations.create_relation": (ground) => {
    const [firstRecordId, secondRecordId] = ground.contacts as [string, string];
    const relation = { ...family(ground), firstRecordId, secondRecordId };
    return { input: relation, official: (hl) => hl.associations.createRelation({ locationId, ...relation }) };
  },
  "associations.delete_relation": async (ground) => {
    const { relation } = await related(ground);
    const relationId = relation.id;
    return { input: { relationId }, official: (hl) => hl.associations.deleteRelation({ relationId, locationId }) };
  },

  "blogs.check_slug": () => ({
    input: { urlSlug: "how-often-should-you-floss" },
    official: (hl) => hl.blogs.checkUrlSlugExists({ locationId, urlSlug: "how-often-should-you-floss" }),
  }),
  "blogs.list_authors": () => ({
    input: { limit: 1 },
    official: (hl) =>
      byOffset(1, async (offset, limit) => (await hl.blogs.getAllBlogAuthorsByLocation({ locationId, limit, offset })).authors),
  }),
  "blogs.list_categories": () => ({
    input: { limit: 1 },
    official: (hl) =>
      byOffset(1, async (offset, limit) => (await hl.blogs.getAllCategoriesByLocation({ locationId, limit, offset })).categories),
  }),
  "blogs.list_posts": async (ground) => {
    const { post } = postOf(ground);
    await ground.location.blogs.createBlogPost({ locationId, ...post } as never);
    return {
      input: { blogId: post.blogId, limit: 1 },
      official: (hl) =>
        byOffset(1, async (offset, limit) => (await hl.blogs.getBlogPost({ locationId, blogId: post.blogId, limit, offset })).blogs),
    };
  },
  "blogs.list_sites": () => ({
    input: { limit: 1 },
    official: (hl) => byOffset(1, async (skip, limit) => (await hl.blogs.getBlogs({ locationId, skip, limit })).data),
  }),
  "blogs.create_post": (ground) => {
    const { post } = postOf(ground);
    return { input: post, official: async (hl) => (await hl.blogs.createBlogPost({ locationId, ...post } as never)).data };
  },
  "blogs.update_post": (ground) => {
    const { postId, post } = postOf(ground);
    return {
      input: { postId, ...post },
      official: async (hl) => (await hl.blogs.updateBlogPost({ postId }, { locationId, ...post } as never)).updatedBlogPost,
    };
  },

  "social.list_tags": () => ({
    input: { limit: "2" },
    official: (hl) =>
      byOffset(2, async (skip, limit) => {
        const asked = { locationId, skip: String(skip), limit: String(limit) };
        return ((await hl.socialMediaPosting.getTagsLocationId(asked)) as { results: { tags: unknown[] } }).results.tags;
      }),
  }),
  "social.tag_details": ({ state }) => {
    const tagIds = state.socialTags
      .inLocation(locationId)
      .map(({ id }) => id)
      .slice(0, 2);
    return {
      input: { tagIds },
      official: async (hl) =>
        ((await hl.socialMediaPosting.getTagsByIds({ locationId }, { tagIds })) as { results: { tags: unknown[] } }).results.tags,
    };
  },
  "social.statistics": () => {
    const profileIds = Object.values(socialProfile);
    return {
      input: { profileIds },
      official: async (hl) => {
        const answer: unknown = await hl.socialMediaPosting.getSocialMediaStatistics({ locationId }, { profileIds });
        return (answer as { results: unknown }).results;
      },
    };
  },
};
