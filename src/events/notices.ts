/** The messages of a run that do not end it. Each has a code besides its text, so that programs can match it. */

/** Code → meaning. The codes are a contract: programs match them. */
export const NOTICES = {
  advice: 'what can be done next',
  option: 'an option or a variable is valid, but may not be what was meant',
  'terminal-input': 'keys are read from the terminal',
  interrupted: 'the run was interrupted, and finishes the requests in flight',
  'limits-reread': 'the config file was read again; its limits apply from now on',
  'config-not-taken': 'the config file was read again and is wrong; the limits stay as they are',
  'no-answer-yet': 'a server has not answered anything in this run yet',
  'no-input-yet': 'no key has come on stdin yet',
  'origin-down': 'the server does not answer any more: the run waits',
  'origin-up': 'the server answers again',
  stalled: 'nothing has moved for `--stall`: Sluice opens all connections again',
  'open-files': 'no more files can be opened: the run waits, and uses fewer connections',
  job: 'which job the run resumes, and which of its state was damaged',
  'folder-too-large': 'a folder has more names than its file system may take',
  'not-flushed': 'a disk has not confirmed what was stored last; the next run looks at it again',
  'other-source': 'a dry run looks at another SOURCE than the one that the folder has',
  'volume-left-out': 'a full disk has nothing of this copy and is left out of it',
  'state-room': 'the disk of the state is full: the state goes on in reserved space',
  volume: 'a disk takes no more files, or takes them again',
  disk: 'a disk may be too small, or has too few inodes, or too few files may be open',
  forecast: 'the disks have less free space than the bucket has bytes',
  'volume-in-use': 'another process is storing into a folder that is compared',
  'extra-unknown': 'not everything could be listed, so no local file is reported as extra',
  elsewhere: 'objects of the job lie on other machines',
  'job-incomplete': 'the shared job is not complete',
  'older-parts': 'batches were finished by an older version of Sluice, which did not record what was in them',
  'queue-away': 'the queue does not answer: the machine finishes what is in flight, the rest waits',
  'queue-back': 'the queue answers again',
  'queue-joined': 'this machine has begun a shared job, or joined it',
  'queue-set-aside': 'a message in the queue was not written by Sluice and is set aside',
  'queue-tables': 'entries of the tables of a shared job are missing, or were not written by Sluice',
  'queue-limits': 'the shared limits in the queue were not written by Sluice: the machines share them out again',
  'queue-waits': 'the shared job waits for another machine',
  'queue-relisted': 'SOURCE is listed again for all machines',
  'queue-returned': 'batches that were stored here are requeued, since they could not be flushed',
  'folder-grew': 'folders have grown since they were listed',
  'worker-full': 'this machine is full: the other machines get what it cannot store',
  'worker-has-room': 'this machine has space again',
  'all-full': 'no machine has space: the job waits',
  banned: 'another machine was banned by the server: all wait',
} as const satisfies Record<string, string>;

export type NoticeCode = keyof typeof NOTICES;

/** Topic → meaning: what a notice with a wide code is about. A contract, too. */
export const NOTICE_TOPICS = {
  volume: {
    full: 'the disk is full',
    broken: 'the disk is broken, or is not the same folder any more',
    back: 'the disk takes files again',
    digests: 'MD5s are not recorded any more; files are stored',
    durability: 'one sync for many files is not available: each file is synced on its own',
  },
  disk: {
    'open-files': 'the limit of open files is low',
    inodes: 'the free inodes are fewer than the free bytes need',
  },
} as const satisfies Partial<Record<NoticeCode, Record<string, string>>>;

type Topics = typeof NOTICE_TOPICS;

/** `full`, `broken`, …: a topic of any code. */
export type NoticeTopic = { [Code in keyof Topics]: keyof Topics[Code] }[keyof Topics];
