/** A list of URLs: what `fetch` reads where no SOURCE is named. It has no name that could be written before a bucket. */
import { defineScheme, type SourceUrl } from '../scheme.js';
import { createUrlsSource, URLS } from './source.js';

/** Stands for the SOURCE. */
export const LIST_OF_URLS: SourceUrl = { scheme: 'urls', bucket: '', prefix: '' };

export const URL_LIST = defineScheme({
  name: 'urls',
  form: URLS,
  example: URLS,
  credentialsHelp: '',
  secretNames: [],
  options: {},
  parse: () => LIST_OF_URLS,
  jobName: () => [],
  // Each proxy is looked at when its first host comes.
  facts: () => ({ origins: [] }),
  needsCredentials: () => false,
  credentials: () => ({ problems: [], warnings: [] }),
  open: (_url, options) => createUrlsSource(options),
});
