/**
 * Divides a limit among those who want some of it: whoever wants less than an equal share gets what he wants, and the others
 * divide the rest (max-min fairness; D. Bertsekas and R. Gallager, "Data Networks", 2nd ed., 1992, section 6.5.2).
 */
export function fairShares(total: number, wants: readonly number[]): number[] {
  const shares = wants.map(() => 0);
  const order = wants.map((_, index) => index).sort((one, other) => wants[one]! - wants[other]!);
  let left = total;
  for (const [place, index] of order.entries()) {
    const equal = left / (order.length - place);
    shares[index] = Math.min(wants[index]!, equal);
    left -= shares[index]!;
  }
  return shares;
}
