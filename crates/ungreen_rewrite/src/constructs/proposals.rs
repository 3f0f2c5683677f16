//! Making proposals with little ceremony.

use ruff_text_size::TextRange;
use ungreen_callgraph::{FuncId, Place};
use ungreen_catalog::Confidence;
use ungreen_color::{Edit, GroupId, Needs, Part, Proposal};

use super::context::code_of;

/// A proposal that keeps the behavior and needs nothing; the caller fills in the rest.
#[must_use]
pub fn exact(
    construct: &'static str,
    place: Place,
    function: FuncId,
    entry: &'static str,
    summary: impl Into<String>,
) -> Proposal {
    Proposal {
        construct,
        place,
        function,
        entry: Some(entry),
        code: code_of(entry),
        confidence: Confidence::Exact,
        summary: summary.into(),
        differences: Vec::new(),
        advice: None,
        group: None,
        needs: Needs::default(),
        edits: Vec::new(),
        imports: Vec::new(),
        helper: Vec::new(),
    }
}

/// A proposal about code of the program's own, which no catalog entry stands behind.
pub(super) fn of_program(
    construct: &'static str,
    code: &'static str,
    place: Place,
    function: FuncId,
    summary: String,
) -> Proposal {
    Proposal {
        entry: None,
        code,
        ..exact(construct, place, function, "", summary)
    }
}

/// A proposal that writes nothing: the place stays as it is, and a person is told why.
#[must_use]
pub fn manual(
    construct: &'static str,
    place: Place,
    function: FuncId,
    entry: &'static str,
    summary: impl Into<String>,
    advice: impl Into<String>,
) -> Proposal {
    Proposal {
        confidence: Confidence::Manual,
        advice: Some(advice.into()),
        ..exact(construct, place, function, entry, summary)
    }
}

/// The same proposal, of which a difference remains.
#[must_use]
pub fn with_difference(mut proposal: Proposal, difference: impl Into<String>) -> Proposal {
    if proposal.confidence == Confidence::Exact {
        proposal.confidence = Confidence::Review;
    }
    let difference = difference.into();
    if !proposal.differences.contains(&difference) {
        proposal.differences.push(difference);
    }
    proposal
}

/// The same proposal as a member of a group.
#[must_use]
pub fn in_group(mut proposal: Proposal, group: GroupId) -> Proposal {
    proposal.group = Some(group);
    proposal
}

/// Text.
#[must_use]
pub fn text(text: impl Into<String>) -> Part {
    Part::Text(text.into())
}

/// Text of the original.
#[must_use]
pub const fn source(range: TextRange) -> Part {
    Part::Source(range)
}

/// `asyncio.name`.
#[must_use]
pub const fn asyncio(name: &'static str) -> Part {
    Part::Name {
        module: "asyncio",
        name,
    }
}

/// An edit of a range of the proposal's file.
#[must_use]
pub fn edit(place: Place, range: TextRange, parts: Vec<Part>) -> Edit {
    Edit {
        place: Place {
            file: place.file,
            range,
        },
        parts,
    }
}
