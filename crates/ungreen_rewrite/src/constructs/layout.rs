//! Long calls over several lines, as formatters break them.

use ruff_text_size::TextRange;
use ungreen_color::Part;

use super::proposals::text;
use crate::helper::LINE_LENGTH;
use crate::tree::Tree;

/// The line on which a call begins.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    tree: &'a Tree<'a>,
    indentation: &'a str,
    /// Levels of indentation more than the line has in the original.
    depth: usize,
    /// Width of what stands in front of the call and behind it.
    around: usize,
}

impl<'a> Line<'a> {
    pub(super) fn of(tree: &'a Tree<'a>, range: TextRange) -> Self {
        let start = tree.line_start(range.start());
        let indentation = tree.indentation_at(range.start());
        let before = tree.slice(TextRange::new(start, range.start()));
        let after = tree.slice(TextRange::new(range.end(), tree.line_end(range.end())));
        Self {
            tree,
            indentation,
            depth: 0,
            around: before.len().saturating_sub(indentation.len()) + after.len(),
        }
    }

    /// With so many columns more around the call.
    pub(super) fn wider(self, columns: usize) -> Self {
        Self {
            around: self.around + columns,
            ..self
        }
    }

    /// With so many columns around the call and nothing more.
    pub(super) fn alone(self, around: usize) -> Self {
        Self { around, ..self }
    }

    /// The line of an argument that stands alone.
    pub(super) fn inside(self) -> Self {
        Self {
            depth: self.depth + 1,
            around: 1,
            ..self
        }
    }

    pub(super) fn indent(self, depth: usize) -> String {
        format!(
            "{}{}",
            self.indentation,
            self.tree.indent_unit().repeat(self.depth + depth)
        )
    }

    fn width(self, parts: &[Part]) -> Option<usize> {
        let mut width = 0;
        for part in parts {
            width += match part {
                Part::Text(text) if text.contains('\n') => return None,
                Part::Text(text) => text.chars().count(),
                Part::Source(range) | Part::Indented { range, .. } | Part::Moved(range) => {
                    let source = self.tree.slice(*range);
                    if source.contains(['\n', '\r']) {
                        return None;
                    }
                    source.chars().count()
                }
                Part::Taken(_) => 0,
                Part::Helper(name) => name.len(),
                Part::Name { module, name } => {
                    module.rsplit('.').next().unwrap_or_default().len() + 1 + name.len()
                }
            };
        }
        Some(width)
    }

    /// The parts fit on the line.
    pub(super) fn fits(self, parts: &[Part]) -> bool {
        self.width(parts)
            .is_some_and(|width| self.indent(0).len() + self.around + width <= LINE_LENGTH)
    }

    /// `callee(argument, argument)`.
    pub(super) fn call(self, callee: Vec<Part>, arguments: &[Vec<Part>]) -> Vec<Part> {
        let mut list = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            if index > 0 {
                list.push(text(", "));
            }
            list.extend(argument.iter().cloned());
        }
        let mut flat = callee.clone();
        flat.push(text("("));
        flat.extend(list.iter().cloned());
        flat.push(text(")"));
        if self.width(&flat).is_none() || self.fits(&flat) {
            return flat;
        }
        let (outer, inner) = (self.indent(0), self.indent(1));
        let mut broken = callee;
        if self.inside().wider(0).fits(&list) {
            broken.push(text(format!("(\n{inner}")));
            broken.extend(list);
            broken.push(text(format!("\n{outer})")));
            return broken;
        }
        broken.push(text("("));
        for argument in arguments {
            broken.push(text(format!("\n{inner}")));
            broken.extend(argument.iter().cloned());
            broken.push(text(","));
        }
        broken.push(text(format!("\n{outer})")));
        broken
    }
}
