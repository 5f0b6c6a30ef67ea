/** The preload as `--import` takes it: in its place among the preloads and loaders of the user. */

import { createRequire } from "node:module";
import type * as Preload from "./preload";

(createRequire(import.meta.url)("./preload.cjs") as typeof Preload).preload();
