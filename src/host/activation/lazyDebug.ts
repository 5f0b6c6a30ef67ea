/** What VS Code must know of the debugger before anything is debugged. */

import * as vscode from "vscode";
import { DEBUG_TYPE } from "../../../contributions/debuggers";
import { DisposableStore } from "../../base/disposableStore";
import type { DebugFeature } from "../debug/debugFeature";
import { configurationOf } from "../debug/debugType";

/** Registers the debug type. @param load the debugger, once it is needed */
export function registerDebugType(load: () => Promise<DebugFeature>): vscode.Disposable {
  const { debug, DebugConfigurationProviderTriggerKind: Trigger } = vscode;
  const store = new DisposableStore();
  store.add(
    debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
      createDebugAdapterDescriptor: async (session) => (await load()).adapter(session),
    }),
  );
  store.add(
    debug.registerDebugConfigurationProvider(DEBUG_TYPE, {
      provideDebugConfigurations: () => [configurationOf("${file}")],
      resolveDebugConfiguration: async (folder, asked, token) =>
        (await load()).configurations.resolveDebugConfiguration(folder, asked, token),
      resolveDebugConfigurationWithSubstitutedVariables: async (folder, asked, token) =>
        (await load()).configurations.resolveDebugConfigurationWithSubstitutedVariables(folder, asked, token),
    }),
  );
  const offered: vscode.DebugConfigurationProvider = {
    provideDebugConfigurations: async (_folder, token) => (await load()).offered(token),
  };
  store.add(debug.registerDebugConfigurationProvider(DEBUG_TYPE, offered, Trigger.Dynamic));
  return store;
}
