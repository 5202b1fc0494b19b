import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readTagsSearch } from "../features/tags/search.ts";
import { tagsQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const tagsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tags",
  validateSearch: readTagsSearch,
  loader: ({ context }) => void context.queryClient.prefetchQuery(tagsQuery()),
  component: lazyRouteComponent(() => import("../features/tags/tags-page.tsx"), "TagsPage"),
});
