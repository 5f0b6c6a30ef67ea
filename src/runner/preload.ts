import { installHooks, bundledRuntimeFolder } from "./installHooks";
process.setSourceMapsEnabled(true);
installHooks({ runtimeFolder: bundledRuntimeFolder(), notice: (m) => console.error("agent-context: " + m) });
