//! Which line of the original a line of the rewritten text stands for.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The lines of a rewritten text, by the lines of the original.
pub(crate) struct LineMap {
    changes: Vec<DiffOp>,
}

impl LineMap {
    pub(crate) fn new(original: &str, rewritten: &str) -> Self {
        let before: Vec<&str> = original.lines().collect();
        let after: Vec<&str> = rewritten.lines().collect();
        Self {
            changes: capture_diff_slices(Algorithm::Myers, &before, &after),
        }
    }

    /// Both count from 1. A line that was added stands for the one before it.
    pub(crate) fn original(&self, line: usize) -> usize {
        let index = line.saturating_sub(1);
        let change = (self.changes.iter()).find(|change| change.new_range().contains(&index));
        let Some(change) = change else {
            return line;
        };
        let old = change.old_range();
        let inside = index - change.new_range().start;
        (old.start + inside).min(old.end.max(1) - 1) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::LineMap;

    #[test]
    fn lines_keep_their_places() {
        let map = LineMap::new(
            "import a\n\n\ndef f():\n    a.g(\n        1)\n    a.h()\n",
            "import b\nimport c\n\n\nasync def f():\n    await b.g(1)\n    a.h()\n",
        );
        let originals: Vec<usize> = (1..=7).map(|line| map.original(line)).collect();
        assert_eq!(originals, [1, 1, 2, 3, 4, 5, 7]);
        assert_eq!(map.original(20), 20);
    }
}
