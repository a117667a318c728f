/** The beginning of the page: its language, its connection, and what happens with what arrives. */
import { Api } from './data/api.js';
import { Connection } from './data/connection.js';
import { takeToken } from './data/token.js';
import { watchIcon } from './parts/icon.js';
import { nothingKnown, Page } from './whole-page.js';
import { LANGUAGES, languageFrom, type PageLanguage, wordsIn } from './words/words.js';

const LANGUAGE_NAME = 'sluice-language';

function chosenLanguage(): PageLanguage {
  try {
    const chosen = localStorage.getItem(LANGUAGE_NAME);
    if (chosen !== null && chosen in LANGUAGES) return chosen as PageLanguage;
  } catch {
    // Storage is switched off.
  }
  return languageFrom(navigator.languages);
}

function keepLanguage(language: PageLanguage): void {
  try {
    localStorage.setItem(LANGUAGE_NAME, language);
  } catch {
    // It lasts as long as the page.
  }
}

function start(): void {
  const api = new Api(takeToken());
  const known = nothingKnown();
  const place = document.getElementById('page')!;

  const create = (language: PageLanguage): Page => {
    const words = wordsIn(language, navigator.languages);
    document.documentElement.lang = words.tag;
    const next = new Page(words, known, api, {
      connect: () => connection.open(),
      enterToken: (token) => {
        api.setToken(token);
        connection.open();
      },
      choose: (other) => {
        keepLanguage(other);
        page.destroy();
        page = create(other);
        document.querySelector<HTMLElement>(`[name=language][value=${other}]`)?.focus();
      },
    });
    place.replaceChildren(next.element);
    next.drawCharts();
    return next;
  };

  const connection = new Connection(api, {
    picture(picture) {
      // Another Sluice answers now: its page may be another one, too.
      if (known.picture !== undefined && known.picture.version !== picture.version) location.reload();
      known.picture = picture;
      known.store.add(picture);
      page.picture(picture);
    },
    failures(failures) {
      known.failures = failures;
      page.failures(failures);
    },
    history(history) {
      known.store.replace(history);
      page.drawCharts();
    },
    state(state) {
      known.connection = state;
      page.connection(state);
    },
  });
  let page = create(chosenLanguage());

  // Counts down to the next attempt.
  window.setInterval(() => known.connection.kind === 'lost' && page.connection(known.connection), 1_000);
  window.addEventListener('online', () => connection.open());
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    page.drawCharts();
    // A phone that was put away has lost the connection.
    if (known.connection.kind === 'lost') connection.open();
  });
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'])
    window.matchMedia(query).addEventListener('change', () => page.redraw());
  watchIcon();
  connection.open();
}

start();
