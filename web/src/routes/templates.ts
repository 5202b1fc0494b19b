import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readGallerySearch } from "../features/templates/search.ts";
import { catalogQuery, connectionsQuery, flowQuery, setupQuery, templateQuery, templatesQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const templatesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates",
  validateSearch: readGallerySearch,
  loader: ({ context }) => void context.queryClient.prefetchQuery(templatesQuery()),
  component: lazyRouteComponent(() => import("../features/templates/gallery-page.tsx"), "GalleryPage"),
});

export const templateRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates/$templateId",
  loader: ({ context: { queryClient }, params }) => {
    void queryClient.prefetchQuery(templateQuery(params.templateId));
    void queryClient.prefetchQuery(connectionsQuery());
  },
  component: lazyRouteComponent(() => import("../features/templates/template-page.tsx"), "TemplatePage"),
});

export const setUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/flows/$flowId/set-up",
  loader: ({ context: { queryClient }, params: { flowId } }) => {
    void queryClient.prefetchQuery(catalogQuery());
    void queryClient.prefetchQuery(connectionsQuery());
    void queryClient.prefetchQuery(flowQuery(flowId));
    void queryClient.prefetchQuery(setupQuery(flowId));
  },
  component: lazyRouteComponent(() => import("../features/flows/set-up/set-up-page.tsx"), "SetUpPage"),
});
