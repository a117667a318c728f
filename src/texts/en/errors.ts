/** What each error code means, what a run does about it, and what the user can do. */

export const errors = {
  /** What the run does, by the class of the code. */
  verdicts: {
    retry: 'Sluice tries again, up to --retries times; then this counts as failed.',
    throttle: 'Sluice sends fewer requests and tries again; that costs no attempt.',
    skip: 'This counts as failed (exit code 1), and the run goes on.',
    fatal: 'What is stored stays. The same command, run again, goes on there.',
  },
  /** The classes in one word, as a heading. */
  classes: { retry: 'retried', throttle: 'slowed down', skip: 'skipped', fatal: 'ends the run' },
  codes: {
    ERR_UNREACHABLE: {
      what: 'this machine gets no connection to the server: it refuses, its name or a route is missing, or it is silent',
      todo: 'nothing; if it goes on, check the name of the server and the network',
    },
    ERR_HOST_UNREACHABLE: {
      what: 'one server of a list of URLs did not answer for `--host-wait`, or its certificate is not valid, while others answered; or a redirect leads to a server that does not answer',
      todo: 'fetch the failures file when that server answers again',
    },
    ERR_NETWORK: {
      what: 'the connection was reset, or closed too early',
      todo: 'nothing; if it goes on, check the network',
    },
    ERR_TIMEOUT: {
      what: 'no answer, or no further byte, came within `--timeout`',
      todo: 'on a slow line, raise `--timeout`',
    },
    ERR_SERVER: {
      what: 'the server answered 5xx, 408 or 499; or it answered 404 to the listing of SOURCE, too, without a code of its API',
      todo: 'nothing; fetch the failures file later',
    },
    ERR_TRUNCATED: {
      what: 'the object ended before the length that the server had promised',
      todo: 'nothing; Sluice downloads it again from its first byte',
    },
    ERR_SIZE: {
      what: 'the object has another size than the listing says',
      todo: 'list again: the object has changed since',
    },
    ERR_DIGEST: {
      what: 'the MD5, or another digest, of what arrived differs from the one that the server sent',
      todo: 'fetch it again; if that does not help, it is damaged at the source',
    },
    ERR_ETAG: {
      what: 'the MD5 of what arrived differs from the `etag` of the input line',
      todo: 'list again: the object has changed since',
    },
    ERR_CHANGED: {
      what: 'the download broke off, and nothing proves that the rest which the server offers belongs to the same object',
      todo: 'nothing; Sluice downloads it again from its first byte',
    },
    ERR_ENCODED: {
      what: 'the object came compressed, although Sluice had not asked for that',
      todo: 'the server, a CDN or a proxy compresses on the way, so Sluice asks only once more: ask the store itself (another `--domain` or `--endpoint`), or let it send what is stored; in a list of URLs, a `size` or `md5` says that these bytes are meant',
    },
    ERR_PROTOCOL: {
      what: 'the answer does not fit the request',
      todo: 'check `--endpoint` and `--domain`',
    },
    ERR_NOT_OBJECT: {
      what: 'an HTML page, JSON or nothing came with status 200 in place of the object (checked where the listed size does not apply)',
      todo: 'check the key, `--domain` and `--variant`',
    },
    ERR_LISTING: {
      what: 'a folder could not be listed completely: bad rows, or a page that is missing or comes twice',
      todo: 'fetch the failures file',
    },
    ERR_DISK: { what: 'the disk refused a file, for a reason that may pass', todo: 'see the message' },
    ERR_VOLUME_OUT: {
      what: 'a disk took no more files',
      todo: 'nothing; Sluice stores the object on another disk',
    },
    ERR_INTERNAL: { what: 'something unexpected: a defect in Sluice', todo: 'report it, with the message' },
    ERR_THROTTLED: {
      what: 'the server asks to slow down (429, or 503 with Retry-After)',
      todo: 'nothing; if it goes on, lower `--max-connections` or `--concurrency`',
    },
    ERR_OPEN_FILES: {
      what: 'this process or this machine has as many files and connections open as it may (EMFILE, ENFILE)',
      todo: 'raise the limit (`ulimit -n`); until then Sluice uses fewer connections, or ends the run if it cannot go on',
    },
    ERR_NOT_FOUND: {
      what: 'there is no object with this key (if a listing named it, it counts as gone, not as failed)',
      todo: 'see the message; perhaps the input line is not a plain key',
    },
    ERR_NOT_SERVED: {
      what: 'with `--domain` or `--variant`: the answer is 404, but the API has the object or cannot be asked',
      todo: 'check `--domain` and `--variant`, and fetch the failures file later: a CDN remembers a 404 for a while',
    },
    ERR_FORBIDDEN_OBJECT: {
      what: 'the server refuses this object',
      todo: 'check the rules of the bucket or the CDN, or the password of the URL',
    },
    ERR_ARCHIVED: {
      what: 'the object is archived (Glacier and the like): the store gives it only after it was restored',
      todo: 'restore it at the store, then fetch the failures file',
    },
    ERR_ENCRYPTED: {
      what: 'the object is encrypted with a key of the customer (SSE-C), which Sluice does not have',
      todo: 'fetch it with a tool that has the key',
    },
    ERR_REJECTED: { what: 'the server refuses the request, and would refuse it again (4xx)', todo: 'see the message' },
    ERR_REDIRECT: {
      what: 'the server redirects the request',
      todo: 'give the right `--endpoint` or `--domain`; in a list of URLs, see the message',
    },
    ERR_HOST_TLS: {
      what: 'one host of a list of URLs has a certificate that is not trusted, or does not speak TLS; the others go on',
      todo: 'check the URL, the clock of this machine, and `--ca-cert`',
    },
    ERR_NOT_PUBLIC: {
      what: 'the host of a URL, or of a redirect, has no public address, and `--untrusted` is given',
      todo: 'nothing, if you do not trust who made the list; else leave out `--untrusted`',
    },
    ERR_UNSAFE_KEY: {
      what: 'the key is empty or not valid Unicode; with `--names refuse` also: it leads out of DIR or into `.sluice/`, or the disk does not take it as a name',
      todo: 'rename the object at the source',
    },
    ERR_NAME_TOO_LONG: {
      what: 'a name in the key is longer than the disk allows',
      todo: 'rename the object, or use `--names escape`',
    },
    ERR_PATH_CONFLICT: {
      what: 'a file is where a folder has to be, or a folder where a file has to be, or the disk takes the name for the name of another file',
      todo: 'move it away, or use `--names escape`',
    },
    ERR_TOO_LARGE: {
      what: 'no disk has space for an object of this size; smaller ones go on',
      todo: 'free some space, then fetch it again',
    },
    ERR_DIFFERENT: { what: '`verify`: the source and the disks differ', todo: 'fetch the printed lines' },
    ERR_NOTHING_COMPARED: {
      what: '`verify`: the input is empty, or the filters leave nothing of it (exit code 1)',
      todo: 'check the input and the filters, or give `--allow-empty`',
    },
    ERR_BAD_LINE: {
      what: 'an input line is neither a key nor a valid entry',
      todo: 'correct the line, then fetch it',
    },
    ERR_AUTH: {
      what: 'the server does not accept the credentials',
      todo: 'check the keys: UPYUN_OPERATOR and UPYUN_PASSWORD for upyun, `sluice help sources` for s3',
    },
    ERR_BUCKET: { what: 'the bucket or the folder does not exist', todo: 'check SOURCE' },
    ERR_TLS: {
      what: 'the certificate of the server is not trusted, is for another name or time, or one of the two sides does not speak TLS',
      todo: 'check `--endpoint` and `--domain` (http or https, the name), the clock of this machine, and `--ca-cert`',
    },
    ERR_PROXY: {
      what: 'the proxy does not accept its user (407)',
      todo: 'check the name and the password in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY',
    },
    ERR_NO_CONTACT: {
      what: 'a server has not answered at all in this run; what was not tried stays to be done',
      todo: 'see the message; check `--endpoint` or `--domain`, the network and the proxy, then run again',
    },
    ERR_TOO_MANY_FOLDERS: {
      what: 'more folders wait to be listed than fit into memory',
      todo: 'copy the bucket in parts, with SOURCE/prefix or `--include`',
    },
    ERR_LIST_ROOT: {
      what: 'SOURCE itself could not be listed',
      todo: 'see the message; run again later',
    },
    ERR_NO_SPACE: {
      what: 'every disk is full, read-only or broken',
      todo: 'free some space, then run again',
    },
    ERR_VOLUME: { what: 'Sluice cannot use the destination', todo: 'check `--to`' },
    ERR_STATE: {
      what: 'Sluice cannot write the files of the job in `.sluice`',
      todo: 'free some space or repair the disk, then run again',
    },
    ERR_STALLED: {
      what: 'there was work, but nothing moved for three times `--stall`, although Sluice opened all connections again',
      todo: 'see the messages about the disks and the server, then run again',
    },
    ERR_QUEUE: {
      what: 'with `--queue`: Sluice cannot use the queue, or the queue has lost work that cannot be listed again',
      todo: 'see the message',
    },
    ERR_LOCKED: { what: 'another process works on the same DIR', todo: 'wait for it, or stop it' },
    ERR_FAILURES_FILE: {
      what: 'Sluice cannot write the list of what failed or of what is gone',
      todo: 'free some space, or give another file with `--failures`',
    },
    ERR_INPUT: { what: 'Sluice cannot read stdin', todo: 'check what is piped in' },
    ERR_OUTPUT: { what: 'Sluice cannot write to stdout', todo: 'check where stdout goes' },
    ERR_CONFIG: {
      what: 'wrong usage or configuration (exit code 2)',
      todo: 'correct every problem that the message names',
    },
  },
};
