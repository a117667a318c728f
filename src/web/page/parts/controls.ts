/** Pause and resume, and the form that changes limits. Shown only where Sluice offers them. */
import type { LimitsPicture } from '../../../events/picture/picture.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { Api, Done } from '../data/api.js';
import { changeOf, FORM_LIMITS, type FormLimit, readLimit, writeLimit } from '../words/limits.js';
import type { Words } from '../words/words.js';
import { h, section, setAttribute, setText, show } from './dom.js';
import type { Part } from './part.js';

type Announce = (text: string) => void;

/** One button that does what can be done now. */
export function createPauseButton(words: Words, api: Api, announce: Announce): Part {
  const { controls } = words.page;
  const button = h('button', { type: 'button', class: 'pause' });
  const why = h('p', { class: 'problem' });
  const element = h('div', { class: 'actions' }, button, why);
  let isPaused = false;
  let isAsking = false;
  element.hidden = true;
  why.hidden = true;
  button.addEventListener('click', async () => {
    if (isAsking) return;
    isAsking = true;
    setAttribute(button, 'aria-disabled', 'true');
    const done = await api.control(isPaused ? 'resume' : 'pause');
    isAsking = false;
    button.removeAttribute('aria-disabled');
    const said = done.isDone ? (isPaused ? controls.resuming : controls.pausing) : problemOf(done, words);
    show(why, !done.isDone);
    setText(why, said);
    announce(said);
  });
  return {
    element,
    update(picture) {
      show(element, picture.hasControls === true && picture.phase === 'running');
      isPaused = picture.isPaused;
      setText(button, isPaused ? controls.resume : controls.pause);
      setAttribute(button, 'data-does', isPaused ? 'resume' : 'pause');
    },
  };
}

export function createLimits(words: Words, api: Api, announce: Announce): Part {
  const { controls } = words.page;
  const fields = new Map(FORM_LIMITS.map((name) => [name, limitField(name, words)]));
  const button = h('button', { type: 'submit' }, controls.change);
  const said = h('p', { class: 'said' });
  const form = h('form', { class: 'limits', novalidate: '' });
  form.append(...[...fields.values()].map(({ element }) => element), h('div', { class: 'limits-end' }, button, said));
  const element = section('limits', controls.title, form);
  element.hidden = true;
  let limits: LimitsPicture = {};
  const tell = (text: string, isProblem: boolean) => {
    setText(said, text);
    said.classList.toggle('problem', isProblem);
    announce(text);
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const read = [...fields].map(([name, field]) => [name, field.read()] as const);
    const wrong = read.find(([, value]) => value === undefined);
    if (wrong !== undefined) {
      fields.get(wrong[0])!.input.focus();
      tell('', false);
      return;
    }
    const change = changeOf(limits, Object.fromEntries(read) as Record<FormLimit, number | null>);
    if (Object.keys(change).length === 0) return tell(controls.unchanged, false);
    const done = await api.control('limits', change);
    if (done.isDone) for (const field of fields.values()) field.leave();
    tell(done.isDone ? controls.changed : problemOf(done, words), !done.isDone);
  });
  return {
    element,
    update(picture) {
      show(element, picture.hasControls === true && picture.phase === 'running');
      limits = picture.limits;
      for (const [name, field] of fields) field.change(limits[name]);
    },
  };
}

function limitField(name: FormLimit, words: Words) {
  const { controls } = words.page;
  const texts = {
    bytesPerSecond: [controls.bytes, `${controls.bytesHint}; ${controls.empty}`, controls.badBytes],
    objectsPerSecond: [controls.objects, controls.empty, controls.badNumber],
    concurrency: [controls.concurrency, controls.emptyConcurrency, controls.badCount],
  } as const;
  const [label, hint, bad] = texts[name];
  const id = `limit-${name}`;
  const input = h('input', { id, name, type: 'text', autocomplete: 'off', 'aria-describedby': `${id}-hint` });
  input.inputMode = name === 'bytesPerSecond' ? 'text' : 'decimal';
  const note = h('p', { class: 'hint', id: `${id}-hint` }, hint);
  let isTouched = false;
  const explain = () => {
    const value = readLimit(name, input.value);
    const isBad = value === undefined;
    setAttribute(input, 'aria-invalid', String(isBad));
    note.classList.toggle('problem', isBad);
    const isSize = name === 'bytesPerSecond' && typeof value === 'number';
    setText(note, isBad ? bad : isSize ? controls.exactly(formatCount(value), formatBytes(value)) : hint);
  };
  input.addEventListener('input', () => {
    isTouched = true;
    explain();
  });
  return {
    input,
    element: h('div', { class: 'field' }, h('label', { for: id }, label), input, note),
    read() {
      explain();
      return readLimit(name, input.value);
    },
    /** What the viewer is writing stays. */
    change(value: number | undefined) {
      if (isTouched) return;
      const text = writeLimit(name, value);
      if (input.value !== text) input.value = text;
      explain();
    },
    /** It has become the limit: from now on the field follows it again. */
    leave() {
      isTouched = false;
    },
  };
}

function problemOf(done: Done, { page: { controls } }: Words): string {
  if (done.isDone) return '';
  return done.why === undefined ? controls.unreachable : controls.refused(done.why);
}
