/** How sizes on disk are put into words; knows nothing of what is measured. */

import * as l10n from "@vscode/l10n";

const STEP = 1024;
/** Bytes. */
export const MEGABYTE = STEP * STEP;

/** "12 KB", "1.4 GB": as short as a list needs it. */
export function bytesText(bytes: number): string {
  const [amount, power] = scaled(bytes);
  return [
    l10n.t("{0} B", amount),
    l10n.t("{0} KB", amount),
    l10n.t("{0} MB", amount),
    l10n.t("{0} GB", amount),
    l10n.t("{0} TB", amount),
  ][power] as string;
}

/** The same, spelled out for screen readers. */
export function accessibleBytes(bytes: number): string {
  const [amount, power] = scaled(bytes);
  return [
    l10n.t("{0} bytes", amount),
    l10n.t("{0} kilobytes", amount),
    l10n.t("{0} megabytes", amount),
    l10n.t("{0} gigabytes", amount),
    l10n.t("{0} terabytes", amount),
  ][power] as string;
}

function scaled(bytes: number): [amount: string, power: number] {
  let amount = bytes;
  let power = 0;
  // 1,023.7 KB is 1 MB: what would be rounded up to a step is taken a step further.
  while (power < 4 && Math.round(amount) >= STEP) {
    amount /= STEP;
    power++;
  }
  const digits = power > 0 && amount < 9.95 ? 1 : 0;
  return [amount.toFixed(digits).replace(/\.0$/, ""), power];
}
