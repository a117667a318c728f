/** The token of the link. It is kept for this tab only, and leaves the address at once: an address is copied, and kept by the browser. */
const NAME = 'sluice-token';

/** The token of the address, or the one kept in this tab. */
export function takeToken(): string | undefined {
  const given = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    keepToken(given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return given ?? kept();
}

export function keepToken(token: string): void {
  try {
    sessionStorage.setItem(NAME, token);
  } catch {
    // Storage is switched off: the token lasts as long as the page.
  }
}

function kept(): string | undefined {
  try {
    return sessionStorage.getItem(NAME) ?? undefined;
  } catch {
    return undefined;
  }
}
