//! How long the migration may take, and how that was reckoned.

use schemars::JsonSchema;
use serde::Serialize;

/// Minutes for reading the diff of a rewrite that keeps the behavior.
const EXACT: usize = 1;
/// Minutes for deciding about a difference that the report names.
const REVIEW: usize = 15;
/// Minutes for rewriting by hand.
const MANUAL: usize = 60;
/// Minutes for testing a file that changes.
const FILE: usize = 10;

/// An estimate from counts alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Effort {
    /// Hours of one person, rounded up.
    pub hours: usize,
    /// How the hours were reckoned.
    pub basis: String,
}

impl Effort {
    /// `exact`, `review`, `manual`: places by confidence; `files`: files that have such places.
    pub(crate) fn new(exact: usize, review: usize, manual: usize, files: usize) -> Self {
        let minutes = exact * EXACT + review * REVIEW + manual * MANUAL + files * FILE;
        Self {
            hours: minutes.div_ceil(60),
            basis: format!(
                "{exact} exact x {EXACT} min + {review} to review x {REVIEW} min + {manual} manual x {MANUAL} min + {files} files to test x {FILE} min; \
                 the minutes are rules of thumb, the counts are of this program"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Effort;

    #[test]
    fn hours_follow_from_the_counts() {
        let effort = Effort::new(10, 2, 1, 3);
        assert_eq!(effort.hours, 3);
        assert!(
            effort.basis.starts_with("10 exact x 1 min + 2 to review"),
            "{}",
            effort.basis
        );
        assert_eq!(Effort::new(0, 0, 0, 0).hours, 0);
    }
}
