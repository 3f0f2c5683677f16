//! Programs that work without Eventlet as well: `try: import eventlet` with `except ImportError`, and the tests for what it bound.
//! The migrated code needs no Eventlet, so it runs in every case, and the code for programs without it goes.

use ruff_python_ast::{AnyNodeRef, CmpOp, ExceptHandler, Expr, Stmt, StmtIf, StmtTry, UnaryOp};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;
use ungreen_callgraph::{FileId, Place};
use ungreen_color::{Edit, Part, Proposal};

use super::context::Context;
use super::monkey_patch::removal;
use super::proposals::{edit, exact, source, text, with_difference};
use crate::tree::{NodeId, Tree};
use crate::usage::dotted;

const NAME: &str = "optional-import";
const IMPORT_ERRORS: [&str; 3] = ["ImportError", "ModuleNotFoundError", "Exception"];
/// What is called right behind the import, and goes with it.
const SET_UP: [&str; 2] = ["monkey_patch", "use_hub"];

pub(super) fn propose(context: &mut Context<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for (index, facts) in context.program.files.iter().enumerate() {
        let is_concerned = facts
            .imports
            .iter()
            .any(|import| is_eventlet(&import.target));
        let Some(file) = u32::try_from(index).ok().map(FileId) else {
            continue;
        };
        let (true, Some(tree)) = (is_concerned, context.tree(file)) else {
            continue;
        };
        for (id, node) in tree.nodes() {
            let AnyNodeRef::StmtTry(attempt) = node else {
                continue;
            };
            let Some(edits) = edits(tree, file, id, attempt) else {
                continue;
            };
            let place = Place {
                file,
                range: attempt.range(),
            };
            let mut proposal = Proposal {
                entry: None,
                code: "UG100",
                ..exact(
                    NAME,
                    place,
                    facts.body,
                    "",
                    "the import of Eventlet that may fail goes, with the code for programs without it",
                )
            };
            proposal.needs.when_all_else_is_done = true;
            proposal.edits = edits;
            proposals.push(with_difference(
                proposal,
                "where Eventlet is not installed, the program ran other code, and now runs the migrated one",
            ));
        }
    }
    proposals
}

fn is_eventlet(module: &str) -> bool {
    matches!(module.split('.').next(), Some("eventlet" | "greenlet"))
}

/// The edits for one `try` statement and for the tests of the names that it binds.
fn edits(tree: &Tree<'_>, file: FileId, id: NodeId, attempt: &StmtTry) -> Option<Vec<Edit>> {
    if !attempt.finalbody.is_empty() || !attempt.handlers.iter().all(is_for_absence) {
        return None;
    }
    let mut names: FxHashSet<&str> = FxHashSet::default();
    let mut flags: Vec<TextRange> = Vec::new();
    for statement in attempt.body.iter().chain(&attempt.orelse) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    if !is_eventlet(&alias.name) {
                        return None;
                    }
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    names.insert(bound.split('.').next().unwrap_or(bound));
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref()?;
                if import.level > 0 || !is_eventlet(module) {
                    return None;
                }
                names.extend(
                    import
                        .names
                        .iter()
                        .map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).as_str()),
                );
            }
            Stmt::Expr(expression) if is_set_up(&expression.value) => {}
            Stmt::Pass(_) => {}
            Stmt::Assign(_) if is_flag(statement) => flags.push(statement.range()),
            _ => return None,
        }
    }
    if names.is_empty() {
        return None;
    }
    let mut edits = vec![without_try(tree, file, id, attempt, &flags)];
    for (used, node) in tree.nodes() {
        let AnyNodeRef::ExprName(name) = node else {
            continue;
        };
        let inside = attempt.range().contains_range(name.range);
        if inside || !names.contains(name.id.as_str()) {
            continue;
        }
        let (parent, above) = tree.parent(used)?;
        if above.is_expr_attribute() || above.is_expr_call() {
            continue;
        }
        edits.extend(tested(tree, file, used, parent)?);
    }
    Some(edits)
}

/// `except ImportError: name = None`.
fn is_for_absence(handler: &ExceptHandler) -> bool {
    let ExceptHandler::ExceptHandler(handler) = handler;
    let catches_absence = handler.type_.as_deref().is_none_or(|kind| match kind {
        Expr::Tuple(kinds) => kinds.elts.iter().all(is_import_error),
        kind => is_import_error(kind),
    });
    catches_absence
        && handler
            .body
            .iter()
            .all(|statement| statement.is_pass_stmt() || is_flag(statement))
}

fn is_import_error(kind: &Expr) -> bool {
    matches!(kind, Expr::Name(name) if IMPORT_ERRORS.contains(&name.id.as_str()))
}

/// `HAVE_EVENTLET = True`.
fn is_flag(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Assign(assign)
        if assign.value.is_literal_expr() && assign.targets.iter().all(Expr::is_name_expr))
}

fn is_set_up(expression: &Expr) -> bool {
    matches!(expression, Expr::Call(call)
    if dotted(&call.func).is_some_and(|name| {
        name.rsplit('.').next().is_some_and(|last| SET_UP.contains(&last))
    }))
}

/// Of the statement, what is bound where Eventlet is there stays.
fn without_try(
    tree: &Tree<'_>,
    file: FileId,
    id: NodeId,
    attempt: &StmtTry,
    flags: &[TextRange],
) -> Edit {
    let place = Place {
        file,
        range: attempt.range(),
    };
    let Some((first, rest)) = flags.split_first() else {
        let mut gone = removal(tree, place, id);
        gone.parts.push(Part::Taken(attempt.range()));
        return gone;
    };
    let indentation = tree.indentation_at(attempt.start());
    let mut parts = vec![source(*first)];
    for flag in rest {
        parts.push(text(format!("\n{indentation}")));
        parts.push(source(*flag));
    }
    edit(place, place.range, parts)
}

/// What becomes of a test of the name; none if it is not understood.
fn tested(tree: &Tree<'_>, file: FileId, name: NodeId, parent: NodeId) -> Option<Vec<Edit>> {
    let (mut test, mut truth) = (name, true);
    let mut above = (parent, tree.node(parent)?);
    if let AnyNodeRef::ExprCompare(compare) = above.1 {
        let ([operator], [Expr::NoneLiteral(_)]) = (&*compare.ops, &*compare.comparators) else {
            return None;
        };
        truth = match operator {
            CmpOp::Is => false,
            CmpOp::IsNot => true,
            _ => return None,
        };
        test = above.0;
        above = tree.parent(test)?;
    }
    if let AnyNodeRef::ExprUnaryOp(negation) = above.1
        && negation.op == UnaryOp::Not
    {
        truth = !truth;
        test = above.0;
        above = tree.parent(test)?;
    }
    let range = tree.node(test)?.range();
    match above.1 {
        AnyNodeRef::StmtIf(branch) if branch.test.range() == range => {
            folded(tree, file, above.0, branch, truth)
        }
        AnyNodeRef::StmtIf(_)
        | AnyNodeRef::ElifElseClause(_)
        | AnyNodeRef::ExprIf(_)
        | AnyNodeRef::ExprBoolOp(_)
        | AnyNodeRef::StmtAssign(_)
        | AnyNodeRef::StmtReturn(_)
        | AnyNodeRef::Decorator(_)
            if test != name || above.1.is_expr_bool_op() || above.1.is_expr_if() =>
        {
            let place = Place { file, range };
            let value = if truth { "True" } else { "False" };
            Some(vec![edit(place, range, vec![text(value)])])
        }
        _ => None,
    }
}

/// The branch that is taken takes the place of the statement, and of what follows if it never gets there.
fn folded(
    tree: &Tree<'_>,
    file: FileId,
    id: NodeId,
    branch: &StmtIf,
    truth: bool,
) -> Option<Vec<Edit>> {
    let other = match branch.elif_else_clauses.as_slice() {
        [] => None,
        [only] if only.test.is_none() => Some(&only.body),
        _ => return None,
    };
    let place = Place {
        file,
        range: branch.range(),
    };
    let kept = if truth { Some(&branch.body) } else { other };
    let Some(kept) = kept else {
        let mut gone = removal(tree, place, id);
        gone.parts.push(Part::Taken(branch.range()));
        return Some(vec![gone]);
    };
    let (first, last) = (kept.first()?, kept.last()?);
    let header_end = tree.line_end(if truth {
        branch.test.end()
    } else {
        branch.elif_else_clauses.first()?.start()
    });
    let body = if header_end < first.start() {
        let between = tree.slice(TextRange::new(header_end, first.start()));
        let blank = between.len() - between.trim_start().len();
        let start = header_end + TextSize::try_from(blank).ok()?;
        TextRange::new(
            start,
            tree.line_end(last.end()).min(branch.end().max(last.end())),
        )
    } else {
        TextRange::new(first.start(), last.end())
    };
    let mut end = branch.end();
    let leaves = matches!(
        last,
        Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue(_) | Stmt::Break(_)
    );
    let mut dropped: Vec<TextRange> = Vec::new();
    if let (true, Some((block, position))) = (leaves, tree.block_of(id)) {
        dropped.extend(block.iter().skip(position + 1).map(Ranged::range));
        end = block.last().map_or(end, Ranged::end);
    }
    let others = if truth { other } else { Some(&branch.body) };
    dropped.extend(others.into_iter().flatten().map(Ranged::range));
    dropped.push(branch.test.range());
    let mut parts = vec![Part::Indented {
        range: body,
        levels: -1,
    }];
    parts.extend(dropped.into_iter().map(Part::Taken));
    Some(vec![edit(
        place,
        TextRange::new(branch.start(), end),
        parts,
    )])
}
