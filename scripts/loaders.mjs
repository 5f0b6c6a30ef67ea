/** Loaders and tracing tools that people have beside ours, from npm: the long tests run with each. */

import { arePackagesThere, installPackages, packagesDir } from "./packages.mjs";

const VERSIONS = {
  tsx: "4.23.15",
  "ts-node": "10.9.2",
  "@swc-node/register": "1.12.1",
  "@swc/core": "1.16.22",
  typescript: "5.9.3",
  "import-in-the-middle": "3.6.0",
  "@opentelemetry/instrumentation": "0.223.0",
  "@opentelemetry/sdk-node": "0.223.0",
  "@sentry/node": "11.12.0",
};
const NAME = `loaders-${VERSIONS.tsx}-${VERSIONS["@sentry/node"]}`;

/** The part of the set-up that installs them. */
export const loaders = {
  title: "loaders and tracing tools for tests",
  megabytes: 60,
  minutes: 1,
  isReady: () => arePackagesThere(NAME),
  setUp: () => installPackages(NAME, VERSIONS),
};

/** Where tests find them. */
export function loaderEnvironment() {
  return { AGENT_CONTEXT_LOADERS: packagesDir(NAME) };
}
