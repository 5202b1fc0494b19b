import { judge, textList, type FieldJudgement, type Judgement } from "../judge.ts";
import { time } from "./calendar-fields.ts";
import { blogAuthorLookup, blogCategoryLookup, blogLookup, type LookupId } from "./lookups.ts";

const post = {
  _id: "66b1f0a2c3d4e5f6a7b8c9e0",
  title: "Why we floss",
  description: "Two minutes a day",
  imageUrl: "https://acme.example/floss.jpg",
  imageAltText: "A roll of floss",
  urlSlug: "why-we-floss",
  status: "PUBLISHED",
  author: "66b1f0a2c3d4e5f6a7b8c9d1",
  categories: ["66b1f0a2c3d4e5f6a7b8c9d2"],
  archived: false,
  publishedAt: "2026-02-01T09:00:00Z",
  updatedAt: "2026-02-01T09:00:00.000Z",
};
const { _id, archived: _archived, updatedAt: _updatedAt, ...written } = post;
const blogId = "66b1f0a2c3d4e5f6a7b8c9d0";
const asWritten = { ...written, blogId, rawHTML: "<p>Because.</p>" };
const show = ["title", "status", "urlSlug", "publishedAt"];
const blog: Record<string, FieldJudgement<LookupId>> = { blogId: { label: "Blog", lookup: blogLookup, help: "Its name or id." } };

/** In the order one writes. The vendor wants each of these, at every update too. */
const postFields: Record<string, FieldJudgement<LookupId>> = {
  ...blog,
  title: {},
  urlSlug: { label: "Address", help: "The last part of the post's page." },
  description: {},
  rawHTML: { label: "Text", control: "longtext", help: "HTML." },
  author: { lookup: blogAuthorLookup, help: "A name or id." },
  categories: { control: "tags", lookup: blogCategoryLookup, schema: textList, help: "Names or ids." },
  tags: { control: "tags", schema: textList },
  status: {},
  publishedAt: { label: "Published at", control: "date", schema: time },
  imageUrl: { label: "Image" },
  imageAltText: { label: "Image in words" },
};

const table = {
  "blogs.check_slug": {
    endpoint: "blogs/check-url-slug-exists",
    kind: "trigger",
    title: "Check Blog URL Slug",
    effect: "read",
    show: ["exists"],
    volatile: ["traceId"],
    fields: { urlSlug: { label: "Address" }, postId: { label: "Except for the post" } },
    example: { input: { urlSlug: post.urlSlug }, output: { exists: true } },
    note: "As a trigger: fires when the address is taken, and when it is free again.",
  },
  "blogs.list_posts": {
    endpoint: "blogs/get-blog-post",
    kind: "trigger",
    title: "Get Blog Posts",
    effect: "read",
    result: "blogs",
    list: true,
    identity: "_id",
    show,
    paging: { style: "offset", in: "query", offset: "offset", size: "limit", max: 50, floor: 10 },
    fields: {
      ...blog,
      searchTerm: { label: "Words to look for" },
      status: {},
      limit: { fill: { value: 50 } },
      offset: { fill: { value: 0 } },
    },
    example: { input: { blogId }, output: [post] },
  },
  "blogs.create_post": {
    endpoint: "blogs/create-blog-post",
    kind: "action",
    title: "Create Blog Post",
    effect: "create",
    handsOver: "it can publish to everybody",
    result: "data",
    identity: "_id",
    show,
    fields: postFields,
    confirm: { operation: "blogs.list_posts", input: { blogId: "input.blogId" }, match: { urlSlug: "input.urlSlug" } },
    example: { input: asWritten, output: post },
  },
  "blogs.update_post": {
    endpoint: "blogs/update-blog-post",
    kind: "action",
    title: "Update Blog Post",
    effect: "update",
    handsOver: "it can publish to everybody",
    result: "updatedBlogPost",
    identity: "_id",
    show,
    fields: { postId: { label: "Post" }, ...postFields },
    before: {
      operation: "blogs.list_posts",
      input: { blogId: "input.blogId" },
      match: { _id: "input.postId" },
      ignore: ["postId", "blogId", "rawHTML"],
    },
    example: { input: { ...asWritten, postId: _id, title: "Why we floss daily" }, output: { ...post, title: "Why we floss daily" } },
    note: "Not partial: every field of a new post is wanted again.",
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const blogs = judge("Other Operations", table);
