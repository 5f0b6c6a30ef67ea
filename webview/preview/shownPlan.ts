/** The plan that the page shows. */

import type { PreviewToWebview } from "../../src/protocol/previewMessages";

/** The message that brings a plan. */
export type Plan = Extract<PreviewToWebview, { readonly type: "plan" }>;
