import { badRequest, noSuch, unprocessable } from "../refusal.ts";
import type { BlogPost } from "../rows/others.ts";
import { type Call, type Endpoints, picked, locationOf, pageOf, rowOf, textsOf, type World } from "./call.ts";
import { isoTime } from "./times.ts";

/** Blogs: posts can be written, the rest can be read. */
export const blogEndpoints: Endpoints = {
  "blogs/get-blogs"(world, call) {
    const words = call.query.searchTerm?.toLowerCase();
    const sites = world.state.blogSites.inLocation(locationOf(world, call, call.query.locationId));
    const matches = sites.filter(({ name }) => !words || name.toLowerCase().includes(words));
    return { data: pageOf(matches, call).map(({ id, name }) => ({ _id: id, name })) };
  },

  "blogs/get-all-blog-authors-by-location"(world, call) {
    const authors = world.state.blogAuthors.inLocation(locationOf(world, call, call.query.locationId));
    return {
      authors: pageOf(authors, call).map(({ id, updatedAt, ...author }) => ({ _id: id, ...author, updatedAt: isoTime(updatedAt) })),
    };
  },

  "blogs/get-all-categories-by-location"(world, call) {
    const rows = world.state.blogCategories.inLocation(locationOf(world, call, call.query.locationId));
    return {
      // The description requires `name` and describes `label`: both.
      categories: pageOf(rows, call).map(({ id, updatedAt, ...category }) => ({
        _id: id,
        name: category.label,
        ...category,
        updatedAt: isoTime(updatedAt),
      })),
    };
  },

  // Newest first, under `blogs`.
  "blogs/get-blog-post"(world, call) {
    const { blogId, status, searchTerm } = call.query;
    const words = searchTerm?.toLowerCase();
    const posts = world.state.blogPosts
      .inLocation(locationOf(world, call, call.query.locationId))
      .filter(
        (post) => post.blogId === blogId && (!status || post.status === status) && (!words || post.title.toLowerCase().includes(words)),
      )
      .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1));
    return { blogs: pageOf(posts, call).map(postView) };
  },

  "blogs/check-url-slug-exists": (world, call) => ({
    exists: postsUnder(world, locationOf(world, call, call.query.locationId), call.query.urlSlug, call.query.postId).length > 0,
  }),

  "blogs/create-blog-post"(world, call) {
    const locationId = locationOf(world, call, call.body.locationId);
    return { data: postView(world.state.blogPosts.put({ ...written(world, call, locationId), id: world.state.newHexId(), locationId })) };
  },

  "blogs/update-blog-post"(world, call) {
    const old = rowOf(world, call, world.state.blogPosts, "Blog post", call.params.postId);
    if (locationOf(world, call, call.body.locationId) !== old.locationId) throw noSuch("Blog post", old.id);
    return { updatedBlogPost: postView(world.state.blogPosts.put({ ...old, ...written(world, call, old.locationId, old.id) })) };
  },
};

/** A post as a body has it, once its blog, its author and its categories are known and its slug is free. */
function written(world: World, call: Call, locationId: string, postId?: string): Omit<BlogPost, "id" | "locationId"> {
  const { state } = world;
  const { body } = call;
  const here = (table: { get(id: string): { locationId: string } | undefined }, what: string, id: string) => {
    if (table.get(id)?.locationId !== locationId) throw noSuch(what, id);
  };
  here(state.blogSites, "Blog", String(body.blogId));
  here(state.blogAuthors, "Author", String(body.author));
  for (const id of textsOf(body.categories)) here(state.blogCategories, "Category", id);
  const slug = String(body.urlSlug);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) throw unprocessable(["urlSlug must be a valid slug"]);
  if (postsUnder(world, locationId, slug, postId).some(({ blogId }) => blogId === body.blogId)) throw badRequest("urlSlug already exists");
  const text = (key: string) => String(body[key]);
  return {
    blogId: text("blogId"),
    title: text("title"),
    description: text("description"),
    rawHTML: text("rawHTML"),
    imageUrl: text("imageUrl"),
    imageAltText: text("imageAltText"),
    status: text("status"),
    categories: textsOf(body.categories),
    tags: textsOf(body.tags),
    author: text("author"),
    urlSlug: text("urlSlug"),
    ...picked(body, ["canonicalLink"]),
    publishedAt: text("publishedAt"),
    updatedAt: state.clock.now(),
  };
}

/** The other posts that have a slug. It must be free in its own blog; another blog may have it as well. */
const postsUnder = ({ state }: World, locationId: string, slug: unknown, except?: string): BlogPost[] =>
  state.blogPosts.inLocation(locationId).filter((post) => post.urlSlug === slug && post.id !== except);

const postView = ({ id, rawHTML: _, updatedAt, ...post }: BlogPost) => ({
  _id: id,
  ...post,
  archived: post.status === "ARCHIVED",
  updatedAt: isoTime(updatedAt),
});
