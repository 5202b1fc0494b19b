import { acmeDental, brightSmiles, campaigns, companyId, smilesTwins, socialProfile, users, workflows } from "../defaults.ts";
import type { State } from "../state.ts";

const at = Date.UTC(2025, 9, 1, 8);
const acme = { locationId: acmeDental };

/** What the other families start with. */
export function seedOthers(state: State): void {
  for (const [id, locationId, name] of [
    [workflows.recall, acmeDental, "Recall after six months"],
    [workflows.unhappy, acmeDental, "Unhappy patient follow-up"],
    [workflows.smiles, brightSmiles, "Welcome"],
    [smilesTwins.workflows.recall, brightSmiles, "Recall after six months"],
    [smilesTwins.workflows.unhappy, brightSmiles, "Unhappy patient follow-up"],
  ] as const)
    state.workflows.put({ id, locationId, name, status: "published", version: 3, createdAt: at, updatedAt: at });
  for (const [id, locationId, name] of [
    [campaigns.spring, acmeDental, "Spring check-up"],
    [campaigns.smiles, brightSmiles, "Whitening offer"],
    [smilesTwins.campaigns.spring, brightSmiles, "Spring check-up"],
  ] as const)
    state.campaigns.put({ id, locationId, name, status: "published" });
  state.snapshots.put({ id: state.newId(), companyId, name: "Dental practice", type: "own" });
  const association = { ...acme, firstObjectKey: "contact", firstObjectLabel: "Patient", associationType: "USER_DEFINED" } as const;
  state.associations.put({
    ...association,
    id: state.newHexId(),
    key: "family",
    secondObjectKey: "contact",
    secondObjectLabel: "Relative",
  });
  state.associations.put({
    ...association,
    id: state.newHexId(),
    key: "employer",
    cardinality: { first: "MANY", second: "ONE" },
    secondObjectKey: "business",
    secondObjectLabel: "Employer",
  });
  seedBlog(state);
  for (const tag of ["tips", "team", "offers"])
    state.socialTags.put({ id: state.newHexId(), ...acme, tag, createdBy: users.owner, createdAt: at });
  for (const platform of ["facebook", "instagram"] as const)
    state.socialAccounts.put({ id: state.newHexId(), ...acme, profileId: socialProfile[platform], name: "Acme Dental", platform });
}

function seedBlog(state: State): void {
  const blogId = state.newHexId();
  state.blogSites.put({ id: blogId, ...acme, name: "Healthy teeth" });
  const author = state.newHexId();
  state.blogAuthors.put({ id: author, ...acme, name: "Dana Whitfield", canonicalLink: "dana-whitfield", updatedAt: at });
  const category = state.newHexId();
  state.blogCategories.put({
    id: category,
    ...acme,
    label: "Prevention",
    urlSlug: "prevention",
    canonicalLink: "prevention",
    updatedAt: at,
  });
  state.blogPosts.put({
    id: state.newHexId(),
    ...acme,
    blogId,
    title: "How often should you floss?",
    description: "A short answer and a long one.",
    rawHTML: "<p>Once a day.</p>",
    imageUrl: "https://acmedental.example.com/floss.jpg",
    imageAltText: "Floss",
    status: "PUBLISHED",
    categories: [category],
    tags: ["floss"],
    author,
    urlSlug: "how-often-should-you-floss",
    publishedAt: new Date(at).toISOString(),
    updatedAt: at,
  });
}
