//! Writes a file with its edits applied.

use ruff_text_size::{TextRange, TextSize};
use ungreen_color::Part;

use crate::forest::Forest;
use crate::tree::Tree;

/// How names are written in one file.
pub(crate) trait Spelling {
    fn helper(&self, name: &'static str) -> String;
    fn name(&self, module: &'static str, name: &'static str) -> String;
}

/// Text with the places after line breaks that are not part of a string: there indentation may change.
#[derive(Default)]
struct Output {
    text: String,
    line_starts: Vec<usize>,
}

impl Output {
    fn push_line_break(&mut self, line_break: &str) {
        self.text.push_str(line_break);
        self.line_starts.push(self.text.len());
    }
}

/// The text of `range` with the edits in it applied. `newline` is what inserted text uses as line break.
pub(crate) fn render(
    tree: &Tree<'_>,
    forest: &Forest<'_>,
    spelling: &dyn Spelling,
    newline: &str,
    range: TextRange,
) -> String {
    let renderer = Renderer {
        tree,
        forest,
        spelling,
        newline,
    };
    let mut output = Output::default();
    renderer.range(range, forest.roots(), &mut output);
    output.text
}

struct Renderer<'a> {
    tree: &'a Tree<'a>,
    forest: &'a Forest<'a>,
    spelling: &'a dyn Spelling,
    newline: &'a str,
}

impl Renderer<'_> {
    fn range(&self, range: TextRange, edits: &[usize], output: &mut Output) {
        let mut position = range.start();
        for index in edits {
            let own = self.forest.edit(*index).place.range;
            if !range.contains_range(own) || own.start() < position {
                continue;
            }
            self.source(TextRange::new(position, own.start()), output);
            self.edit(*index, output);
            position = own.end();
        }
        self.source(TextRange::new(position, range.end()), output);
    }

    fn edit(&self, index: usize, output: &mut Output) {
        let inner = self.forest.children(index);
        for part in &self.forest.edit(index).parts {
            match part {
                Part::Text(text) => {
                    let mut lines = text.split('\n');
                    output.text.push_str(lines.next().unwrap_or_default());
                    for line in lines {
                        output.push_line_break(self.newline);
                        output.text.push_str(line);
                    }
                }
                Part::Source(range) => self.range(*range, inner, output),
                Part::Taken(_) => {}
                Part::Moved(range) => {
                    let inside = self.forest.taker(*range);
                    let edits = inside.map_or(&[][..], |taker| self.forest.children(taker));
                    self.range(*range, edits, output);
                }
                Part::Indented { range, levels } => {
                    let mut block = Output::default();
                    self.range(*range, inner, &mut block);
                    self.indented(&block, *levels, output);
                }
                Part::Helper(name) => output.text.push_str(&self.spelling.helper(name)),
                Part::Name { module, name } => {
                    output.text.push_str(&self.spelling.name(module, name));
                }
            }
        }
    }

    fn source(&self, range: TextRange, output: &mut Output) {
        let text = self.tree.slice(range);
        let mut rest = text;
        let mut offset = range.start();
        while let Some(found) = rest.find(['\n', '\r']) {
            let width = if rest[found..].starts_with("\r\n") {
                2
            } else {
                1
            };
            let end = found + width;
            output.text.push_str(&rest[..end]);
            let break_offset = offset + size(found);
            if !self.tree.is_in_string(break_offset) {
                output.line_starts.push(output.text.len());
            }
            offset += size(end);
            rest = &rest[end..];
        }
        output.text.push_str(rest);
    }

    fn indented(&self, block: &Output, levels: i8, output: &mut Output) {
        let unit = self.tree.indent_unit();
        let mut position = 0;
        for start in &block.line_starts {
            push_lines(&block.text[position..*start], output);
            position = *start;
            let line = &block.text[position..];
            let blank = line.is_empty() || line.starts_with(['\n', '\r']);
            if levels >= 0 {
                if !blank {
                    for _ in 0..levels {
                        output.text.push_str(unit);
                    }
                }
            } else {
                for _ in 0..levels.unsigned_abs() {
                    let line = &block.text[position..];
                    position += removable(line, unit);
                }
            }
        }
        push_lines(&block.text[position..], output);
    }
}

/// Appends text up to and including a line break outside of strings.
fn push_lines(text: &str, output: &mut Output) {
    output.text.push_str(text);
    if text.ends_with(['\n', '\r']) {
        output.line_starts.push(output.text.len());
    }
}

/// How much of one level of indentation can be taken off the line.
fn removable(line: &str, unit: &str) -> usize {
    if line.starts_with(unit) {
        return unit.len();
    }
    if line.starts_with('\t') {
        return 1;
    }
    line.bytes()
        .take(unit.len())
        .take_while(|byte| *byte == b' ')
        .count()
}

fn size(length: usize) -> TextSize {
    TextSize::try_from(length).unwrap_or_default()
}
