/** The icon of the tab: a lamp with the colour of the state, so that a glance at the tabs is enough. */

export function watchIcon(): void {
  const draw = () => {
    const colour = getComputedStyle(document.documentElement).getPropertyValue('--tone').trim();
    const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    if (link === null || colour === '') return;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="${colour}"/></svg>`;
    link.href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  };
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ['data-tone'] });
  draw();
}
