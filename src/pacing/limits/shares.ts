/**
 * Divides a limit among several requesters. One that wants less than an equal share gets what it wants; the others
 * divide the rest (max-min fairness; D. Bertsekas and R. Gallager, "Data Networks", 2nd ed., 1992, section 6.5.2).
 * Returns the shares in the order of `wants`.
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
