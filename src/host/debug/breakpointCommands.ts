/** The commands that set breakpoints on keys, agents and merges, from wherever one sees them; the editor keeps them. */

import * as vscode from "vscode";
import { DEBUG_TYPE } from "../../../contributions/debuggers";
import type { StopPlace } from "../../breakpoints/breakpoint";
import { breakpointText, keyText, readBreakpoint } from "../../breakpoints/breakpointText";
import { meantKind } from "../../breakpoints/eventKinds";
import { CommandId } from "../../../contributions/commands";
import { registerCommand } from "../ui/commands";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError } from "../../base/humanError";
import type { RunRegistry } from "../runs/runRegistry";
import { isRunTarget, type RunTarget } from "../ui/runTarget";
import { propertyPath, itemPath } from "../../base/jsonPath";

/** What the commands need. */
export interface BreakpointCommandsDeps {
  readonly runs: RunRegistry;
  readonly log: vscode.LogOutputChannel;
}

/** Registers them all. */
export function registerBreakpointCommands({ runs, log }: BreakpointCommandsDeps): vscode.Disposable {
  const store = new DisposableStore();
  store.add(
    registerCommand<[unknown]>(log, CommandId.addBreakpoint, async (argument) => {
      const text = typeof argument === "string" ? argument : await askForText(runs);
      if (text !== undefined) add(readPlace(text));
    }),
  );
  const onKey = (id: CommandId, place: (target: RunTarget, key: string) => StopPlace): void => {
    store.add(
      registerCommand<[unknown]>(log, id, (argument) => {
        if (!isRunTarget(argument) || argument.key === undefined) {
          throw new HumanError(
            vscode.l10n.t("Choose a key in the State or Agents view, or use Add Breakpoint on Events…"),
          );
        }
        add(place(argument, keyTextOf(argument)));
      }),
    );
  };
  const agentOf = ({ runId, layer }: RunTarget): { readonly agent?: string; readonly ordinal?: number } => {
    const run = runs.get(runId);
    return (layer === undefined ? undefined : run?.model.agentPlace(layer)) ?? {};
  };
  onKey(CommandId.breakOnWrite, (target, key) => ({ on: "write", key, ...agentOf(target) }));
  onKey(CommandId.breakOnRead, (target, key) => ({ on: "read", key, ...agentOf(target) }));
  store.add(
    registerCommand<[unknown]>(log, CommandId.breakOnMerge, (argument) => {
      if (!isRunTarget(argument)) throw new HumanError(vscode.l10n.t("Choose an agent in the Agents view."));
      add({ on: "merge", ...agentOf(argument) });
    }),
  );
  store.add(
    registerCommand<[unknown]>(log, CommandId.reverseToWrite, async (argument) => {
      const session = vscode.debug.activeDebugSession;
      const { container, variable } = (argument ?? {}) as {
        readonly container?: { readonly variablesReference?: number };
        readonly variable?: { readonly name?: string };
      };
      if (session?.type !== DEBUG_TYPE || variable?.name === undefined) {
        throw new HumanError(vscode.l10n.t("Choose a key in the Variables view while you debug agents."));
      }
      await session.customRequest("reverseToWrite", {
        variablesReference: container?.variablesReference ?? 0,
        name: variable.name,
      });
    }),
  );
  return store;
}

/** Adds it unless it is there, and says so where the breakpoints can be seen. */
function add(place: StopPlace): void {
  const name = breakpointText(place);
  const known = vscode.debug.breakpoints.some(
    (each) => each instanceof vscode.FunctionBreakpoint && each.functionName === name,
  );
  if (!known) vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint(name)]);
  const text = known
    ? vscode.l10n.t("There is already a breakpoint {0}.", name)
    : vscode.l10n.t("Breakpoint added: {0}", name);
  vscode.window.setStatusBarMessage(`$(debug-breakpoint-function) ${text}`, 5_000);
}

function readPlace(text: string): StopPlace {
  try {
    return readBreakpoint(text);
  } catch (error) {
    throw new HumanError((error as Error).message);
  }
}

/** Asks in the grammar, with what the current run offers. */
async function askForText(runs: RunRegistry): Promise<string | undefined> {
  const picker = vscode.window.createQuickPick();
  picker.title = vscode.l10n.t("Add Breakpoint on Events");
  picker.placeholder = vscode.l10n.t(
    "write KEY, read KEY, merge [KEY], or the kind of an event; then @AGENT to choose one agent",
  );
  const offers = offersOf(runs);
  const show = (typed: string): void => {
    const own = typed.trim();
    const problem = own === "" ? undefined : (problemOf(own) ?? hintOf(own, runs.current?.model.kinds));
    picker.items = [
      ...(own === "" || offers.includes(own) ? [] : [{ label: own, description: problem ?? "", alwaysShow: true }]),
      ...offers.map((label) => ({ label })),
    ];
  };
  show("");
  picker.onDidChangeValue(show);
  try {
    return await new Promise<string | undefined>((resolve) => {
      picker.onDidAccept(() => {
        const chosen = picker.selectedItems[0]?.label ?? picker.value.trim();
        if (chosen !== "" && problemOf(chosen) === undefined) resolve(chosen);
      });
      picker.onDidHide(() => resolve(undefined));
      picker.show();
    });
  } finally {
    picker.dispose();
  }
}

const MAX_OFFERS = 200;

function offersOf(runs: RunRegistry): readonly string[] {
  const offers = [breakpointText({ on: "merge" }), breakpointText({ on: "kind", kind: "transaction_conflict" })];
  const model = runs.current?.model;
  if (model === undefined) return offers;
  for (const { name, ordinal } of model.agents().slice(0, MAX_OFFERS)) {
    if (ordinal !== undefined) offers.push(breakpointText({ on: "merge", agent: name, ordinal }));
    offers.push(breakpointText({ on: "merge", agent: name }));
  }
  for (const { layer } of model.stores()) {
    for (const { key } of model.storeKeys(layer, model.lastSeq).slice(0, MAX_OFFERS)) {
      offers.push(breakpointText({ on: "write", key: keyText(key) }));
    }
  }
  return [...new Set(offers)];
}

function problemOf(text: string): string | undefined {
  try {
    readBreakpoint(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What is said of a breakpoint that can be set, and will hardly stop. */
function hintOf(text: string, kinds: readonly string[] = []): string | undefined {
  const place = readBreakpoint(text);
  return place.on === "kind" ? meantKind(place.kind, kinds) : undefined;
}

function keyTextOf({ key = "", path }: RunTarget): string {
  let text = keyText(key);
  for (const step of path) text = typeof step === "number" ? itemPath(text, step) : propertyPath(text, step);
  return text;
}
