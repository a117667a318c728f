/**
 * Sluice as a library: copies whole buckets of small objects onto local disks. It installs no signal handlers, writes
 * nothing to stdout or stderr and never ends the process.
 *
 * @module
 */
export { ConfigError, ERROR_CODES, type ErrorCode, TransferError, type Verdict } from './errors.js';
export type {
  EventType,
  FailureEvent,
  FindingEvent,
  FoundEvent,
  LeftOutEvent,
  ListedEvent,
  NoticeEvent,
  ObjectEvent,
  OutageEvent,
  ProgressEvent,
  RetryEvent,
  SluiceEvent,
  SummaryEvent,
} from './events/event.js';
export { NOTICE_TOPICS, NOTICES, type NoticeCode, type NoticeTopic } from './events/notices.js';
export type { Summary } from './events/stats.js';
export { fetch, type Keys } from './jobs/api/fetch.js';
export type { Job } from './jobs/api/job.js';
export { type ListOptions, list } from './jobs/api/list.js';
export { mirror } from './jobs/api/mirror.js';
export type { JobOptions, SelectOptions, SourceOptions, StoreOptions, VerifyOptions } from './jobs/api/options.js';
export { status } from './jobs/api/status.js';
export { verify } from './jobs/api/verify.js';
export type { Status } from './jobs/status/status-text.js';
export type { ObjectEntry } from './model/entry.js';
export type { Found } from './sinks/disks/lookup.js';
export type { FileQuery } from './sinks/disks/volume.js';
export type { PutAnswer, Sink } from './sinks/sink.js';
export type { FileSpec, StoredFile } from './sinks/thread/messages.js';
export type {
  BodyPieces,
  BrokenBody,
  Connections,
  FetchedObject,
  ListedPage,
  Lister,
  PageAnswer,
  Source,
} from './sources/source.js';
