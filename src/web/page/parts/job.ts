/** What the job is, and what it remembers: its journal and its last checkpoint. */
import { formatBytes } from '../../../lib/text/units.js';
import type { Words } from '../words/words.js';
import { fact, h, section, setText, show } from './dom.js';
import type { Part } from './part.js';

export function createJob(words: Words): Part {
  const { job, ago } = words.page;
  const checkpoint = fact(job.checkpoint);
  const journal = fact(job.journal);
  const listings = fact(job.listings);
  const started = fact(job.started);
  const version = fact(job.version);
  const facts = [checkpoint, journal, listings, started, version];
  const element = section('job', job.title, h('dl', { class: 'facts' }, ...facts.map(({ element }) => element)));
  return {
    element,
    update({ atMs, startedAtMs, checkpointAtMs, journalBytes, requests, phase, version: number }) {
      // Without a journal there is nothing to say of checkpoints.
      show(checkpoint.element, journalBytes !== undefined || checkpointAtMs !== undefined);
      const age = (ms: number) => ago(words.progress.duration(Math.max(0, atMs - ms) / 1000));
      setText(checkpoint.value, checkpointAtMs === undefined ? job.noCheckpoint : age(checkpointAtMs));
      show(journal.element, journalBytes !== undefined);
      setText(journal.value, formatBytes(journalBytes ?? 0));
      show(listings.element, phase === 'running' && requests.listingsLimit > 0);
      setText(listings.value, job.listingsOf(requests.listings, requests.listingsLimit));
      setText(started.value, words.times.near(startedAtMs, atMs));
      setText(version.value, number);
    },
  };
}
