/** The translation between the Debug Adapter Protocol and a run under a debugger; what a step or a stop is, others know. */

import { exactJson } from "../../core/exactNumber";
import { existsSync } from "node:fs";
import * as path from "node:path";
import {
  BreakpointEvent,
  ContinuedEvent,
  DebugSession,
  ExitedEvent,
  InitializedEvent,
  OutputEvent,
  Source,
  StackFrame,
  StoppedEvent,
  TerminatedEvent,
  Thread,
} from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";
import { eventSummary, shortName } from "../../model/text/eventSummary";
import { compileBreakpoint } from "../../breakpoints/breakpointMatch";
import type { ExceptionFilter } from "../../breakpoints/breakpoint";
import { childOf, isDirectChange, isMergedKey, writerLayerOf } from "../../core/eventKinds";
import { DisposableStore } from "../../base/disposableStore";
import { HumanError, messageOf, stackOf } from "../../base/humanError";
import { documentUri } from "../preview/stateDocuments";
import type { Run } from "../runs/run";
import { isOver } from "../runs/runState";
import { visibleText } from "../../base/visibleText";
import { DebugBreakpoints } from "./debugBreakpoints";
import type { AgentDebugConfiguration } from "./debugConfiguration";
import { DebugProgress } from "./debugProgress";
import { completions, evaluate, expressionOf } from "./keyExpression";
import { References } from "./references";
import { RunDebugger, type RunStop } from "./runDebugger";
import { sectionsOf, valueVariable, type KeyPlace, type StateVariable } from "./stateVariables";

/** The thread of what no agent did; agents have the ids above. */
const SCRIPT_THREAD = 1;
/** Frames, and variables of one list, that are told at most. */
const MAX_FRAMES = 200;
/** Events that are looked at to find what no agent did. */
const MAX_LOOK_BACK = 5_000;
/** Characters of a frame's name. */
const MAX_NAME = 200;
/** A pause that takes longer is told. */
const PAUSING_MS = 500;

/** What a session needs of the rest. */
export interface AgentDebugSessionDeps {
  /** Starts the script, or opens the recording, that a configuration names. */
  readonly begin: (configuration: AgentDebugConfiguration) => Promise<Run>;
  /** Lets VS Code's JavaScript debugger in beside this one; resolves once it has set its breakpoints. */
  readonly debugScript: (run: Run) => Promise<vscode.Disposable>;
  /** Shows the user what went wrong. */
  readonly report: (error: unknown) => void;
  readonly log: vscode.LogOutputChannel;
}

/** A run under its debugger, and what was told of it. */
interface Debugged {
  readonly run: Run;
  readonly debug: RunDebugger;
  readonly configuration: AgentDebugConfiguration;
  /** Not started by this session, and over. */
  readonly isReplay: boolean;
}

interface FramePlace {
  readonly layer: number | undefined;
  /** The event that the frame stands at; the states are those of the cursor. */
  readonly eventSeq: number;
}

/** See the file's head. One of it serves one debug session. */
export class AgentDebugSession extends DebugSession {
  private readonly store = new DisposableStore();
  private readonly breakpoints = new DebugBreakpoints(() => {
    const { run } = this.debugged ?? {};
    return {
      kinds: run?.model.kinds ?? [],
      isWhole: run !== undefined && isOver(run.state),
      agentCount: (name) => run?.model.agentCount(name) ?? 0,
    };
  });
  private readonly frames = new References<FramePlace>();
  private readonly lists = new References<() => readonly StateVariable[]>();
  /** Of lists that were asked for places: by the names that are shown. */
  private readonly places = new Map<number, ReadonlyMap<string, KeyPlace>>();
  private readonly progress = new DebugProgress((event) => this.sendEvent(event));
  private debugged: Debugged | undefined;
  private configured: () => void = () => undefined;
  private readonly whenConfigured = new Promise<void>((resolve) => (this.configured = resolve));
  /** Why it stands; undefined while it runs. */
  private standing: RunStop | undefined;
  /** What is told of stops begins once the editor has told its breakpoints and the script waits at its entry. */
  private hasBegun = false;
  /** Asked for before it has begun. */
  private pauseAtEntry = false;
  /** The editor leaves, and the script ends with it or is let go. The script may begin only then. */
  private leaving: "stop" | "release" | undefined;
  private isEnding = false;
  private scriptDebugger: vscode.Disposable | undefined;

  constructor(private readonly deps: AgentDebugSessionDeps) {
    super();
    this.setDebuggerLinesStartAt1(true);
    this.setDebuggerColumnsStartAt1(true);
  }

  override dispose(): void {
    this.store.dispose();
    super.dispose();
  }

  protected override initializeRequest(
    response: DebugProtocol.InitializeResponse,
    args: DebugProtocol.InitializeRequestArguments,
  ): void {
    this.progress.isSupported = args.supportsProgressReporting === true;
    response.body = {
      supportsConfigurationDoneRequest: true,
      supportsStepBack: true,
      supportsFunctionBreakpoints: true,
      supportsConditionalBreakpoints: true,
      supportsHitConditionalBreakpoints: true,
      supportsDataBreakpoints: true,
      supportsExceptionFilterOptions: true,
      supportsExceptionInfoRequest: true,
      supportsEvaluateForHovers: true,
      supportsClipboardContext: true,
      supportsCompletionsRequest: true,
      completionTriggerCharacters: [".", "["],
      supportsTerminateRequest: true,
      supportTerminateDebuggee: true,
      supportsCancelRequest: true,
      exceptionBreakpointFilters: EXCEPTIONS.map(({ filter, label, description, isDefault }) => ({
        filter,
        label: label(),
        description: description(),
        default: isDefault,
        supportsCondition: true,
        conditionDescription: vscode.l10n.t('For example: agent == "planner"'),
      })),
    };
    this.sendResponse(response);
  }

  protected override launchRequest(
    response: DebugProtocol.LaunchResponse,
    args: DebugProtocol.LaunchRequestArguments,
  ): void {
    this.answer(response, () => this.launch(args as unknown as AgentDebugConfiguration, args.noDebug === true));
  }

  protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
    this.configured();
    this.sendResponse(response);
  }

  protected override setBreakPointsRequest(
    response: DebugProtocol.SetBreakpointsResponse,
    { source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments,
  ): void {
    this.answer(response, async () => {
      const isOfScriptDebugger = this.debugged?.configuration.debugScript === true;
      response.body = {
        breakpoints: isOfScriptDebugger
          ? breakpoints.map(({ line }) => ({ verified: false, line, message: SCRIPT_DEBUGGERS() }))
          : await this.breakpoints.setSource(source.path ?? "", breakpoints),
      };
      this.arm();
    });
  }

  protected override setFunctionBreakPointsRequest(
    response: DebugProtocol.SetFunctionBreakpointsResponse,
    args: DebugProtocol.SetFunctionBreakpointsArguments,
  ): void {
    response.body = { breakpoints: this.breakpoints.setFunctions(args.breakpoints) };
    this.arm();
    this.sendResponse(response);
  }

  protected override setDataBreakpointsRequest(
    response: DebugProtocol.SetDataBreakpointsResponse,
    args: DebugProtocol.SetDataBreakpointsArguments,
  ): void {
    response.body = { breakpoints: this.breakpoints.setData(args.breakpoints) };
    this.arm();
    this.sendResponse(response);
  }

  protected override setExceptionBreakPointsRequest(
    response: DebugProtocol.SetExceptionBreakpointsResponse,
    { filters, filterOptions = [] }: DebugProtocol.SetExceptionBreakpointsArguments,
  ): void {
    const asked = [...filters.map((filterId) => ({ filterId })), ...filterOptions];
    response.body = { breakpoints: this.breakpoints.setExceptions(asked) };
    this.arm();
    this.sendResponse(response);
  }

  protected override dataBreakpointInfoRequest(
    response: DebugProtocol.DataBreakpointInfoResponse,
    { variablesReference, name }: DebugProtocol.DataBreakpointInfoArguments,
  ): void {
    const place = this.placeOf(variablesReference, name);
    if (place === undefined) {
      const description = vscode.l10n.t(
        "Data breakpoints stop at keys of agents and parents, and at places inside them.",
      );
      response.body = { dataId: null, description };
    } else {
      response.body = {
        dataId: JSON.stringify(place),
        description: placeText(place),
        accessTypes: ["write", "read", "readWrite"],
        canPersist: true,
      };
    }
    this.sendResponse(response);
  }

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    const { run, debug } = this.debugged ?? {};
    const agents = run === undefined || debug === undefined ? [] : run.model.agents(debug.seq);
    response.body = {
      threads: [
        new Thread(SCRIPT_THREAD, vscode.l10n.t("Script")),
        ...agents.map(({ layer, label }) => new Thread(threadOf(layer), visibleText(label).slice(0, MAX_NAME))),
      ],
    };
    this.sendResponse(response);
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    { threadId, startFrame = 0, levels = MAX_FRAMES }: DebugProtocol.StackTraceArguments,
  ): void {
    this.answer(response, () => {
      const frames = this.framesOf(layerOf(threadId));
      const end = levels === 0 ? frames.length : startFrame + levels;
      response.body = { stackFrames: frames.slice(startFrame, end), totalFrames: frames.length };
    });
  }

  protected override scopesRequest(
    response: DebugProtocol.ScopesResponse,
    { frameId }: DebugProtocol.ScopesArguments,
  ): void {
    this.answer(response, () => {
      const { run, debug } = this.requireDebugged();
      const frame = this.frames.get(frameId);
      // Asked for before the editor heard that the run moved on: it asks again, and an error would only flash up.
      const sections = frame === undefined ? [] : sectionsOf(run.model, frame.layer, debug.seq, frame.eventSeq);
      response.body = {
        scopes: sections.map(({ name, variables }) => ({
          name,
          variablesReference: this.lists.create(variables),
          expensive: false,
        })),
      };
    });
  }

  protected override variablesRequest(
    response: DebugProtocol.VariablesResponse,
    { variablesReference, start, count }: DebugProtocol.VariablesArguments,
  ): void {
    this.answer(response, () => {
      const all = this.lists.get(variablesReference)?.() ?? [];
      const from = start ?? 0;
      const part = count === undefined || count === 0 ? all.slice(from) : all.slice(from, from + count);
      response.body = { variables: part.map((variable) => this.shown(variable)) };
    });
  }

  protected override evaluateRequest(
    response: DebugProtocol.EvaluateResponse,
    { expression, frameId, context }: DebugProtocol.EvaluateArguments,
  ): void {
    this.answer(response, () => {
      const { run, debug } = this.requireDebugged();
      const layer = this.layerOfFrame(frameId);
      let found: ReturnType<typeof evaluate>;
      try {
        found = evaluate(run.model, layer, debug.seq, expression);
      } catch (error) {
        throw new HumanError(messageOf(error));
      }
      if (found === undefined) {
        const who = layer === undefined ? vscode.l10n.t("The parent state") : visibleText(run.model.layerName(layer));
        throw new HumanError(
          vscode.l10n.t("{0} has no {1} at event {2}.", who, visibleText(expression).slice(0, MAX_NAME), debug.seq),
        );
      }
      const { target, in: where } = found;
      const place: KeyPlace = { target, ...(where && { in: where }) };
      const { value, type, variablesReference } = this.shown(valueVariable(expression, found.value, place));
      const whole = context === "clipboard" ? exactJson(JSON.stringify(found.value, undefined, 2)) : value;
      response.body = { result: whole, type: type ?? "", variablesReference };
    });
  }

  protected override completionsRequest(
    response: DebugProtocol.CompletionsResponse,
    { text, column, frameId }: DebugProtocol.CompletionsArguments,
  ): void {
    this.answer(response, () => {
      const { run, debug } = this.requireDebugged();
      const before = text.slice(0, Math.max(0, column - 1));
      const found = completions(run.model, this.layerOfFrame(frameId), debug.seq, before);
      response.body = {
        targets: found.map(({ label, text: insert, start }) => ({
          label: visibleText(label),
          text: insert,
          type: "property",
          start,
          length: before.length - start,
        })),
      };
    });
  }

  protected override exceptionInfoRequest(response: DebugProtocol.ExceptionInfoResponse): void {
    this.answer(response, () => {
      const { run } = this.requireDebugged();
      const stop = this.standing;
      const filter = EXCEPTIONS.find(
        (each) => stop && this.breakpoints.filtersOf(stop.breakpoints).includes(each.filter),
      );
      const row = stop && run.model.row(stop.seq);
      response.body = {
        exceptionId: filter?.label() ?? "",
        breakMode: "always",
        ...(row && { description: visibleText(eventSummary(run.model, row)) }),
      };
    });
  }

  protected override continueRequest(
    response: DebugProtocol.ContinueResponse,
    _args: DebugProtocol.ContinueArguments,
  ): void {
    response.body = { allThreadsContinued: true };
    this.moves(response, ({ run, debug }) => {
      // What has ended stands at its end once, to be looked at; then there is nothing left to do.
      if (isOver(run.state) && debug.seq === run.model.lastSeq) return this.end();
      return debug.resume();
    });
  }

  protected override nextRequest(
    response: DebugProtocol.NextResponse,
    { threadId }: DebugProtocol.NextArguments,
  ): void {
    this.moves(response, ({ debug }) => debug.stepOver(layerOf(threadId)));
  }

  protected override stepInRequest(response: DebugProtocol.StepInResponse): void {
    this.moves(response, ({ debug }) => debug.stepOver(undefined));
  }

  protected override stepOutRequest(
    response: DebugProtocol.StepOutResponse,
    { threadId }: DebugProtocol.StepOutArguments,
  ): void {
    const layer = layerOf(threadId);
    this.moves(response, ({ debug }) => (layer === undefined ? debug.resume() : debug.stepOut(layer)));
  }

  protected override stepBackRequest(
    response: DebugProtocol.StepBackResponse,
    { threadId }: DebugProtocol.StepBackArguments,
  ): void {
    this.moves(response, ({ debug }) => debug.stepBack(layerOf(threadId)));
  }

  protected override reverseContinueRequest(response: DebugProtocol.ReverseContinueResponse): void {
    this.moves(response, ({ debug }) => debug.reverse());
  }

  protected override pauseRequest(response: DebugProtocol.PauseResponse): void {
    this.answer(response, () => {
      if (!this.hasBegun) {
        this.pauseAtEntry = true;
        return;
      }
      const { run, debug } = this.requireDebugged();
      debug.pause();
      if (run.thread?.phase === "pausing") this.tellPausing();
    });
  }

  protected override cancelRequest(
    response: DebugProtocol.CancelResponse,
    { progressId }: DebugProtocol.CancelArguments,
  ): void {
    if (progressId !== undefined) this.progress.cancel(progressId);
    this.sendResponse(response);
  }

  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    this.answer(response, async () => {
      this.leaving = "stop";
      this.configured();
      await this.stopRun();
      this.end();
    });
  }

  protected override disconnectRequest(
    response: DebugProtocol.DisconnectResponse,
    { terminateDebuggee = true }: DebugProtocol.DisconnectArguments,
  ): void {
    this.answer(response, async () => {
      this.isEnding = true;
      // What was to be stopped is, also when the editor does not wait for it.
      if (this.leaving === undefined) this.leaving = terminateDebuggee ? "stop" : "release";
      this.configured();
      await this.leave();
      this.store.dispose();
    });
  }

  /** "Go to Last Write" of a variable: backward to the newest event before this one that wrote it. */
  protected override customRequest(command: string, response: DebugProtocol.Response, args: unknown): void {
    if (command !== "reverseToWrite") return super.customRequest(command, response, args);
    const { variablesReference, name } = args as { readonly variablesReference: number; readonly name: string };
    this.moves(response, ({ debug }) => {
      const place = this.placeOf(variablesReference, name);
      if (place === undefined) throw new HumanError(vscode.l10n.t("{0} is not a key, so nobody wrote it.", name));
      const { target, agent, ordinal, in: where } = place;
      const write = {
        on: "write",
        key: target,
        ...(agent !== undefined && { agent }),
        ...(ordinal !== undefined && { ordinal }),
        ...(where && { in: where }),
      } as const;
      return debug.reverse([compileBreakpoint({ id: 0, place: write })]);
    });
  }

  private async launch(configuration: AgentDebugConfiguration, noDebug: boolean): Promise<void> {
    const run = await this.deps.begin({ ...configuration, ...(noDebug && { noDebug }) });
    const debug = this.store.add(new RunDebugger(run));
    const isReplay = configuration.runId !== undefined || configuration.recording !== undefined;
    if (isReplay && !isOver(run.state)) {
      debug.dispose();
      throw new HumanError(
        vscode.l10n.t(
          "{0} is still running. Step through its events in the views, or stop it and replay it.",
          run.title,
        ),
      );
    }
    this.debugged = { run, debug, configuration, isReplay };
    if (this.leaving) return this.leave();
    this.store.add(debug.onDidStop((stop) => this.stoppedAt(stop)));
    this.store.add(
      debug.onDidContinue(() => {
        if (this.standing === undefined) return;
        this.forget();
        this.sendEvent(new ContinuedEvent(SCRIPT_THREAD, true));
      }),
    );
    this.store.add(
      debug.onDidSearch((search) => {
        if (search === undefined) return this.progress.end("search");
        const title = vscode.l10n.t("Searching the events");
        this.progress.begin("search", title, () => search.cancel());
        search.follow((fraction) => this.progress.report("search", fraction));
      }),
    );
    const { thread } = run;
    if (thread) {
      this.store.add(
        thread.onDidChange(() => {
          // Detached: there is nothing left to debug.
          if (thread.isLetGo && run.state.kind !== "stopping" && this.leaving === undefined) this.end();
        }),
      );
    }
    if (!isReplay) {
      const text = vscode.l10n.t("{0} runs in its terminal, where its output is.", run.title);
      this.sendEvent(new OutputEvent(`${text}\n`, "console"));
      void Promise.all([this.whenConfigured, run.over]).then(() => this.runEnded());
    }
    this.sendEvent(new InitializedEvent());
    void this.begin(noDebug).catch((error: unknown) => this.failed(error));
  }

  /** Once the editor has told its breakpoints. */
  private async begin(noDebug: boolean): Promise<void> {
    await this.whenConfigured;
    const { run, debug, configuration, isReplay } = this.requireDebugged();
    if (this.leaving) return;
    this.arm();
    if (isReplay) {
      const { firstSeq } = run.model;
      run.cursor.moveTo(run.model.next(firstSeq) ?? firstSeq);
      this.hasBegun = true;
      if (configuration.stopOnEntry === false) await debug.resume();
      else debug.begin("entry");
      return;
    }
    if (noDebug) return;
    await this.heldAtEntry(run);
    if (isOver(run.state) || this.leaving) return;
    if (configuration.debugScript === true) {
      try {
        this.scriptDebugger = this.store.add(await this.deps.debugScript(run));
      } catch (error) {
        this.deps.report(error);
        await this.stopRun();
        return;
      }
      if (isOver(run.state) || this.leaving) return;
    }
    this.hasBegun = true;
    this.arm();
    if (configuration.stopOnEntry === true) debug.begin("entry");
    else if (this.pauseAtEntry) debug.begin("pause");
    else run.thread?.go();
  }

  private async heldAtEntry(run: Run): Promise<void> {
    const { thread } = run;
    if (thread === undefined || thread.stop !== undefined) return;
    await new Promise<void>((resolve) => {
      const listener = thread.onDidChange(() => {
        if (thread.stop === undefined && !isOver(run.state)) return;
        listener.dispose();
        resolve();
      });
    });
  }

  private arm(): void {
    const { debug } = this.debugged ?? {};
    debug?.arm(this.breakpoints.all);
  }

  private stoppedAt(stop: RunStop): void {
    if (!this.hasBegun) return;
    this.forget();
    this.standing = stop;
    this.progress.end("pausing");
    const threadId = this.threadAt(stop.seq);
    const { reason, description, text } = this.stopText(stop);
    const event: DebugProtocol.StoppedEvent = new StoppedEvent(reason, threadId, text);
    event.body.allThreadsStopped = true;
    event.body.description = description;
    event.body.hitBreakpointIds = this.breakpoints.shownIds(stop.breakpoints);
    for (const breakpoint of [...this.breakpoints.provedBy(stop.breakpoints), ...this.breakpoints.noted()]) {
      this.sendEvent(new BreakpointEvent("changed", breakpoint));
    }
    this.sendEvent(event);
  }

  private stopText(stop: RunStop): { reason: string; description: string; text?: string } {
    const { run } = this.requireDebugged();
    const at = `#${stop.seq}`;
    switch (stop.reason) {
      case "breakpoint": {
        const [filter] = this.breakpoints.filtersOf(stop.breakpoints);
        const isException = stop.breakpoints.every((id) => this.breakpoints.kindOf(id) === "exception");
        if (filter !== undefined && isException) {
          const row = run.model.row(stop.seq);
          const label = EXCEPTIONS.find((each) => each.filter === filter)?.label() ?? filter;
          const text = row && visibleText(eventSummary(run.model, row));
          return { reason: "exception", description: `${label} ${at}`, ...(text !== undefined && { text }) };
        }
        const kind = this.breakpoints.kindOf(stop.breakpoints[0] ?? 0);
        const reason = kind === "data" ? "data breakpoint" : kind === "function" ? "function breakpoint" : "breakpoint";
        // A merge stops once, at the first of its keys that is looked for.
        const { key } = (stop.matched !== stop.seq && run.model.row(stop.matched)) || {};
        const place = key === undefined ? at : `${at}, ${visibleText(shortName(key))}`;
        return { reason, description: vscode.l10n.t("breakpoint {0}", place) };
      }
      case "step":
        return { reason: "step", description: vscode.l10n.t("step {0}", at) };
      case "pause":
        return { reason: "pause", description: vscode.l10n.t("pause {0}", at) };
      case "entry":
        return { reason: "entry", description: vscode.l10n.t("entry {0}", at) };
      case "start":
        return { reason: "step", description: vscode.l10n.t("start {0}", at) };
      case "end":
        return { reason: "step", description: vscode.l10n.t("end {0}", at) };
      case "goto":
        return { reason: "goto", description: vscode.l10n.t("event {0}", at) };
    }
  }

  private runEnded(): void {
    const { run } = this.requireDebugged();
    this.progress.end("pausing");
    // Whoever looks at the past is not interrupted: Continue leads to the end.
    if (this.hasBegun && !run.cursor.isLive) return;
    this.end();
  }

  private end(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    const code = this.debugged?.run.model.info.ended?.code;
    if (typeof code === "number") this.sendEvent(new ExitedEvent(code));
    this.sendEvent(new TerminatedEvent());
  }

  private async leave(): Promise<void> {
    if (this.leaving === "stop") return this.stopRun();
    this.scriptDebugger?.dispose();
    this.debugged?.run.thread?.release();
  }

  private async stopRun(): Promise<void> {
    const run = this.debugged?.run;
    // A script that the JavaScript debugger holds could not end by itself.
    this.scriptDebugger?.dispose();
    if (run !== undefined && !isOver(run.state)) await run.control?.stop();
  }

  private tellPausing(): void {
    setTimeout(() => {
      const { thread } = this.debugged?.run ?? {};
      if (thread?.phase !== "pausing" || this.isEnding) return;
      const why = thread.isPausedByScriptDebugger
        ? vscode.l10n.t("Pausing: the JavaScript debugger has stopped the script; continue it there")
        : vscode.l10n.t("Pausing: the script has not called the runtime yet");
      this.progress.begin("pausing", why);
    }, PAUSING_MS).unref();
  }

  /** References are good until the run moves. */
  private forget(): void {
    this.standing = undefined;
    this.frames.forgetAll();
    this.lists.forgetAll();
    this.places.clear();
  }

  private framesOf(layer: number | undefined): StackFrame[] {
    const { run, debug } = this.requireDebugged();
    const { model } = run;
    const at = debug.seq;
    const eventSeq =
      layer === undefined
        ? this.agentlessEvent(at)
        : model.belongsTo(at, layer)
          ? at
          : (model.previous(at, layer) ?? model.firstSeq);
    const row = model.row(eventSeq);
    const name = row === undefined ? vscode.l10n.t("the beginning") : eventSummary(model, row);
    const frames = [this.frame(layer, eventSeq, `#${eventSeq} ${name}`, eventSeq)];
    if (layer === undefined) return frames;
    for (const { id, enteredSeq } of model.scopesAt(layer, at)) {
      const text = vscode.l10n.t("scope {0} of {1}", id, model.layerName(layer));
      const frame = this.frame(layer, eventSeq, text, enteredSeq);
      frame.presentationHint = "subtle";
      frames.push(frame);
    }
    return frames;
  }

  /** @param shownSeq the event whose line is shown */
  private frame(layer: number | undefined, eventSeq: number, name: string, shownSeq: number): StackFrame {
    const { run } = this.requireDebugged();
    const site = run.model.callSite(shownSeq);
    const id = this.frames.create({ layer, eventSeq });
    const shown = visibleText(name).slice(0, MAX_NAME);
    if (site !== undefined && existsSync(site.file)) {
      return new StackFrame(id, shown, new Source(path.basename(site.file), site.file), site.line, site.column);
    }
    const title = `${run.title} event ${shownSeq} ${run.model.kind(shownSeq)}`;
    const uri = documentUri({ runId: run.id, event: shownSeq }, title);
    return new StackFrame(id, shown, new Source(path.posix.basename(uri.path), uri.toString()), 1, 1);
  }

  /** The newest event up to this one that no agent did, as far back as is worth looking. */
  private agentlessEvent(seq: number): number {
    const { model } = this.requireDebugged().run;
    const index = model.indexUpTo(seq);
    for (let at = index; at >= 0 && at > index - MAX_LOOK_BACK; at--) {
      const row = model.rowAt(at);
      if (row !== undefined && this.agentOf(row.seq) === undefined) return row.seq;
    }
    return model.firstSeq;
  }

  private threadAt(seq: number): number {
    const layer = this.agentOf(seq);
    return layer === undefined ? SCRIPT_THREAD : threadOf(layer);
  }

  /** The agent that an event is of: the one that did it, or whose merge did. */
  private agentOf(seq: number): number | undefined {
    const { model } = this.requireDebugged().run;
    const row = model.row(seq);
    if (row === undefined) return undefined;
    const writer = isDirectChange(row.op) && !model.isAgent(row.layer, seq) ? writerLayerOf(row) : 0;
    const layer = isMergedKey(row.op) ? childOf(row) : writer || row.layer;
    return model.isAgent(layer, seq) ? layer : undefined;
  }

  private layerOfFrame(frameId: number | undefined): number | undefined {
    const { debug } = this.requireDebugged();
    if (frameId === undefined) return this.agentOf(debug.seq);
    const frame = this.frames.get(frameId);
    if (frame === undefined) throw new HumanError(vscode.l10n.t("The run has moved on. Look again."));
    return frame.layer;
  }

  private shown(variable: StateVariable): DebugProtocol.Variable {
    const { name, text, type, children, place, value } = variable;
    return {
      name: visibleText(name),
      value: text === "" ? "" : visibleText(text),
      type,
      variablesReference: children === undefined ? 0 : this.lists.create(children),
      // What is shown must be what it evaluates to: the editor copies that.
      ...(place && value !== undefined && { evaluateName: expressionOf(place) }),
      presentationHint: { attributes: ["readOnly"] },
    };
  }

  /** Where a variable stands, of a list that was shown; for a name alone, the key that it says. */
  private placeOf(variablesReference: number | undefined, name: string): KeyPlace | undefined {
    if (variablesReference === undefined || variablesReference === 0) {
      return name.trim() === "" ? undefined : { target: name };
    }
    let names = this.places.get(variablesReference);
    if (names === undefined) {
      const list = this.lists.get(variablesReference)?.() ?? [];
      names = new Map(list.flatMap((each) => (each.place ? [[visibleText(each.name), each.place] as const] : [])));
      this.places.set(variablesReference, names);
    }
    return names.get(name);
  }

  private requireDebugged(): Debugged {
    if (this.debugged === undefined) throw new HumanError(vscode.l10n.t("The run has not begun yet."));
    return this.debugged;
  }

  /** Answers at once, then moves: what the move tells must come after. */
  private moves(response: DebugProtocol.Response, move: (debugged: Debugged) => Promise<void> | void): void {
    let debugged: Debugged;
    try {
      debugged = this.requireDebugged();
    } catch (error) {
      return this.fail(response, error);
    }
    this.sendResponse(response);
    void Promise.resolve()
      .then(() => move(debugged))
      .catch((error: unknown) => this.failed(error));
  }

  private answer(response: DebugProtocol.Response, act: () => Promise<void> | void): void {
    void (async () => {
      try {
        await act();
        this.sendResponse(response);
      } catch (error) {
        this.fail(response, error);
      }
    })();
  }

  private fail(response: DebugProtocol.Response, error: unknown): void {
    const isHuman = error instanceof HumanError;
    const command = response.command;
    if (!isHuman) {
      this.deps.log.error(`debug ${command}: ${error instanceof Error ? (error.stack ?? "") : String(error)}`);
    }
    const text = isHuman ? error.message : vscode.l10n.t("Agent Context failed: {0}", messageOf(error));
    // Braces would be read as names of variables.
    const format = "{text}";
    this.sendErrorResponse(response, { id: 1, format, variables: { text }, showUser: command === "launch" });
  }

  private failed(error: unknown): void {
    this.deps.log.error(`debug: ${stackOf(error)}`);
    this.sendEvent(new OutputEvent(`${messageOf(error)}\n`, "stderr"));
  }
}

/** Why a line's breakpoint is not ours. */
const SCRIPT_DEBUGGERS = (): string =>
  vscode.l10n.t('With "debugScript", breakpoints on lines belong to the JavaScript debugger.');

interface ExceptionText {
  readonly filter: ExceptionFilter;
  readonly label: () => string;
  readonly description: () => string;
  readonly isDefault: boolean;
}

const EXCEPTIONS: readonly ExceptionText[] = [
  {
    filter: "problem",
    label: () => vscode.l10n.t("Merge that loses something"),
    description: () => vscode.l10n.t("Stops before a merge that loses, reverts or drops somebody's update."),
    isDefault: true,
  },
  {
    filter: "conflict",
    label: () => vscode.l10n.t("Conflicting merge"),
    description: () => vscode.l10n.t("Stops before a merge that would overwrite what somebody else changed."),
    isDefault: false,
  },
  {
    filter: "merge",
    label: () => vscode.l10n.t("Any merge"),
    description: () => vscode.l10n.t("Stops before each merge."),
    isDefault: false,
  },
  {
    filter: "staleRead",
    label: () => vscode.l10n.t("Stale read"),
    description: () => vscode.l10n.t("Stops before a merge of keys that were written after a stale read."),
    isDefault: false,
  },
  {
    filter: "error",
    label: () => vscode.l10n.t("Agent's error"),
    description: () => vscode.l10n.t("Stops where an error leaves an agent's scope, or ends the script."),
    isDefault: false,
  },
];

function threadOf(layer: number): number {
  return SCRIPT_THREAD + layer;
}

function layerOf(threadId: number): number | undefined {
  return threadId === SCRIPT_THREAD ? undefined : threadId - SCRIPT_THREAD;
}

function placeText({ target, agent, ordinal, in: where }: KeyPlace): string {
  const shown = visibleText(target);
  if (agent !== undefined) {
    const name = visibleText(ordinal === undefined ? agent : `${agent}#${ordinal}`);
    return vscode.l10n.t("{0} in the overlay of {1}", shown, name);
  }
  return where === "parent" ? vscode.l10n.t("{0} in the parent", shown) : shown;
}
