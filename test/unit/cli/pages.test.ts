// `help NAME`: each topic and each code, in both languages, within 80 columns; and what is shown of Markdown.

import assert from 'node:assert/strict';
import test from 'node:test';
import { codeNames } from '../../../src/cli/help/explain-code.js';
import { renderMarkdown } from '../../../src/cli/help/markdown.js';
import { findPage } from '../../../src/cli/help/pages.js';
import { topicNames } from '../../../src/cli/shipped.js';
import { ERROR_CODES, type ErrorCode } from '../../../src/errors.js';
import { displayWidth } from '../../../src/lib/text/width.js';
import { say, speak } from '../../../src/texts/say.js';

const PLAIN = { isStyled: false, commandHelp: (name: string) => `help of ${name}\n` };

function textOf(...names: string[]): string {
  const page = findPage(names, PLAIN);
  assert.ok('text' in page, JSON.stringify([names, page]));
  return page.text;
}

function problemOf(...names: string[]): string {
  const page = findPage(names, PLAIN);
  assert.ok('problem' in page, names.join());
  return page.problem;
}

for (const language of ['en', 'zh'] as const) {
  test(`each topic and each code is shown within 80 columns: ${language}`, async (t) => {
    await speak(language);
    t.after(() => speak('en'));
    const names = [...topicNames(), ...codeNames()];
    assert.ok(names.length > 90, `${names.length} names`);
    for (const text of [textOf(), ...names.map((name) => textOf(name))]) {
      // A long address or path stays whole.
      for (const line of text.split('\n').filter((one) => one.trim().includes(' ')))
        assert.ok(displayWidth(line) <= 80, line);
      assert.doesNotMatch(text, /<!--|^#|\]\(|[\u2061\u2062\u001b]/m);
    }
  });

  test(`a code is explained with what happened, its class and what to do: ${language}`, async (t) => {
    await speak(language);
    t.after(() => speak('en'));
    const { codes, classes } = say.errors;
    for (const [code, [verdict]] of Object.entries(ERROR_CODES)) {
      const flat = (text: string) => text.replace(/[\s`]/g, '');
      const page = flat(textOf(code));
      const { what, todo } = codes[code as ErrorCode];
      for (const part of [code, what, todo, classes[verdict]]) assert.ok(page.includes(flat(part)), `${code}: ${part}`);
    }
  });
}

test('a name may be in any case, and a code without its beginning', () => {
  assert.equal(textOf('size'), textOf('ERR_SIZE'));
  assert.equal(textOf('err_size'), textOf('ERR_SIZE'));
  assert.match(textOf('Origin-Down'), /^origin-down\n/);
  assert.match(textOf('disk'), /^ERR_DISK\n[\s\S]*^disk\n[\s\S]*inodes/m, 'an error and a notice');
  assert.match(textOf('verify'), /^help of verify\n[\s\S]*Verify: /, 'a command and a topic');
  assert.equal(textOf('LIST'), 'help of list\n');
});

test('a wrong name leads to the nearest one, and is repeated only then', () => {
  assert.match(problemOf('ERR_SIZ'), /ERR_SIZ; did you mean ERR_SIZE\?/);
  assert.match(problemOf('durabilty'), /did you mean durability\?/);
  assert.match(problemOf('mirro'), /did you mean mirror\?/);
  assert.doesNotMatch(problemOf('hunter2'), /hunter2/);
  assert.match(problemOf('a', 'b'), /one NAME/);
  for (const name of ['../../package', '__proto__', 'constructor']) assert.match(problemOf(name), /no such/);
});

test('Markdown becomes text: paragraphs, lists, code, tables and links', () => {
  const text = `# Title of \`it\`

One paragraph that
goes **on** here, see [the docs](https://x.example/a) and [a file](other.md).
<!-- hidden -->
- item \`a\`
  goes on
- item b

\`\`\`sh
run   this # as it is
\`\`\`

| one | two |
| --- | --- |
| \`a|b\` | 中文 |

中文的一行
接着另一行。
`;
  const plain = `Title of it

One paragraph that goes on here, see the docs (https://x.example/a) and a file.
- item a goes on
- item b

  run   this # as it is

one  two
a|b  中文

中文的一行接着另一行。
`;
  const escaped = text.replace('a|b', 'a\\|b');
  assert.equal(renderMarkdown(escaped, { isStyled: false }), plain);
  const styled = renderMarkdown(escaped, { isStyled: true });
  assert.equal(styled.replace(/\u001b\[\d+m/g, ''), plain);
  assert.ok(styled.startsWith('\u001b[1mTitle of \u001b[36mit\u001b[39m\u001b[22m\n'), JSON.stringify(styled));
  // Each line has its styles of its own: a pager may begin at any of them.
  const long = renderMarkdown(`**${'word '.repeat(40)}**`, { isStyled: true });
  for (const line of long.trim().split('\n')) assert.match(line, /^\u001b\[1m.*\u001b\[22m$/);
});
