/** Commands and answers at the border where values are masked: views name and show masks, the script its own keys and values. */

import { hasMask } from "../../recording/mask";
import type { Command, CommandDone, WireMerge } from "../../protocol/wire";
import type { Redaction } from "./redaction";

/** A result was entered with a mask in it: what that stands for is known to the script alone. Nothing was merged. */
export class MaskedValueError extends Error {
  override readonly name = "MaskedValueError";

  constructor(readonly keys: readonly string[]) {
    super(
      `The result for ${keys.map((key) => JSON.stringify(key)).join(", ")} contains a mask, which stands for a value ` +
        "that only the script has, and nothing was merged. Take the overlay or keep the parent, for these are the " +
        "script's own values, or enter a value without masks.",
    );
  }
}

/** The command in the script's own words. @throws MaskedValueError */
export function unmaskCommand(command: Command, redaction: Redaction): Command {
  switch (command.name) {
    case "merge":
    case "approve":
      return { ...command, ...unmaskMerge(command, redaction) };
    case "discard":
      return command.keys === undefined ? command : { ...command, keys: realNames(command.keys, redaction) };
    default:
      return command;
  }
}

function unmaskMerge({ keys, choices }: WireMerge, redaction: Redaction): Pick<WireMerge, "keys" | "choices"> {
  const masked = (choices ?? []).flatMap(([key, choice]) => ("value" in choice && hasMask(choice.value) ? [key] : []));
  if (masked.length > 0) throw new MaskedValueError(masked);
  return {
    ...(keys && { keys: realNames(keys, redaction) }),
    ...(choices && { choices: choices.map(([key, choice]) => [redaction.realName(key), choice] as const) }),
  };
}

function realNames(keys: readonly string[], redaction: Redaction): string[] {
  return keys.map((key) => redaction.realName(key));
}

/** The answer as it may leave the process. */
export function maskResult(result: CommandDone["result"], redaction: Redaction): CommandDone["result"] {
  const names = (keys: readonly string[]): string[] => keys.map((key) => redaction.name(key));
  if (!result.ok) {
    const { name, message, keys = [] } = result;
    return {
      ...result,
      name: redaction.text(name),
      message: redaction.message(message, keys),
      ...(result.keys && { keys: names(keys) }),
    };
  }
  const { skipped, outcomes } = result;
  return {
    ...result,
    ...(skipped && { skipped: names(skipped) }),
    ...(outcomes && {
      outcomes: outcomes.map(({ refused, ...outcome }) => ({
        ...outcome,
        ...(refused === undefined ? {} : { refused: redaction.text(refused) }),
      })),
    }),
  };
}
