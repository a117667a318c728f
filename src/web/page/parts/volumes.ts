/** The volumes: their free space, and when they will be full. */
import type { VolumePicture } from '../../../events/picture/picture.js';
import { formatBytes } from '../../../lib/text/units.js';
import { whenIn } from '../words/sentence.js';
import { visibleText } from '../words/visible.js';
import type { Words } from '../words/words.js';
import { Bar } from './bar.js';
import { h, Rows, section, setAttribute, setOutside, setText, show } from './dom.js';
import type { Part } from './part.js';

/** Sooner than that it stands out. */
const SOON_SECONDS = 7 * 86_400;

export function createVolumes(words: Words): Part {
  const list = h('ul', { class: 'volumes' });
  let nowMs = 0;
  let isEnded = false;
  const rows = new Rows<VolumePicture, ReturnType<typeof volumeRow>>(
    list,
    () => volumeRow(words),
    (row, volume) => row.change(volume, nowMs, isEnded),
  );
  const element = section('volumes', words.page.volumes.title, list);
  return {
    element,
    update({ volumes, atMs, phase }) {
      nowMs = atMs;
      isEnded = phase === 'ended';
      show(element, volumes.length > 0);
      rows.update(volumes);
    },
  };
}

function volumeRow(words: Words) {
  const { volumes, failures } = words.page;
  const root = h('span', { class: 'volume-root' });
  const state = h('span', { class: 'volume-state' });
  const free = h('span', { class: 'volume-free' });
  const full = h('span', { class: 'volume-full' });
  const bar = new Bar('');
  const element = h('li', { class: 'volume' }, root, state, bar.element, free, full);
  return {
    element,
    change(volume: VolumePicture, nowMs: number, isEnded: boolean) {
      const { freeBytes, totalBytes, secondsUntilFull: seconds } = volume;
      setOutside(root, volume.root, failures.hidden);
      setAttribute(element, 'data-state', volume.state);
      setText(state, volumes.states[volume.state]);
      bar.element.setAttribute('aria-label', volumes.used(visibleText(volume.root)));
      const text = freeText(volume, words);
      bar.update(totalBytes && freeBytes !== undefined ? 1 - freeBytes / totalBytes : undefined, text);
      setText(free, text);
      // Nothing fills it any more.
      show(full, seconds !== undefined && volume.state === 'in' && !isEnded);
      if (seconds === undefined) return;
      setText(full, fullText(seconds, nowMs, words));
      setAttribute(full, 'data-soon', String(seconds < SOON_SECONDS));
    },
  };
}

/** Rounded: it is an estimate. */
function fullText(seconds: number, nowMs: number, words: Words): string {
  const { volumes } = words.page;
  const duration = words.progress.duration(seconds);
  return seconds < 3_600 ? volumes.fullIn(duration) : volumes.fullAt(whenIn(seconds, nowMs, words), duration);
}

function freeText({ freeBytes, totalBytes }: VolumePicture, { page }: Words): string {
  if (freeBytes === undefined) return page.noData;
  const free = formatBytes(freeBytes);
  return totalBytes === undefined ? page.volumes.freeOnly(free) : page.volumes.free(free, formatBytes(totalBytes));
}
