//! Asynchronous copies beside functions that stay, and the names by which coroutines call them.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;
use ungreen_callgraph::{CallSite, EdgeKind, FileId, FuncId, Function, Place, Program, Target};
use ungreen_color::{AwaitForm, Copied, Edit, Part, Plan, Verdict};

use crate::plan_edits::{Unwritable, def_keyword};
use crate::tree::Tree;
use crate::usage::dotted;

/// Edits of one file for the copies in it and the uses of copies.
pub(crate) fn copy_edits(
    program: &Program,
    plan: &Plan,
    file: FileId,
    tree: &Tree<'_>,
) -> (Vec<Edit>, Vec<Unwritable>) {
    let mut copier = Copier {
        program,
        plan,
        file,
        tree,
        edits: Vec::new(),
        renamed: FxHashSet::default(),
        imported: FxHashSet::default(),
    };
    let mut unwritable = Vec::new();
    if plan.copies.is_empty() {
        return (copier.edits, unwritable);
    }
    for copied in &plan.copies {
        let facts = program.functions.get(copied.function.0 as usize);
        if let Some(facts) = facts.filter(|facts| facts.file == file)
            && let Err(problem) = copier.write(copied, facts)
        {
            unwritable.push(problem);
        }
    }
    for awaited in &plan.awaits {
        let is_call = matches!(awaited.form, AwaitForm::Await | AwaitForm::Settled);
        let site = (awaited.place.file == file && is_call)
            .then(|| program.call_index.get(&awaited.place))
            .flatten()
            .and_then(|call| program.calls.get(call.0 as usize));
        if let Some(site) = site
            && let Err(problem) = copier.rename_call(site)
        {
            unwritable.push(problem);
        }
    }
    let rewritten: FxHashSet<TextRange> = (plan.proposals.iter())
        .filter(|decided| decided.verdict == Verdict::Accepted)
        .filter(|decided| decided.proposal.place.file == file)
        .map(|decided| decided.proposal.place.range)
        .collect();
    for site in program.calls.iter().filter(|site| site.file == file) {
        if !(rewritten.contains(&site.range) || rewritten.contains(&site.callee)) {
            continue;
        }
        for edge in &site.edges {
            if let (Target::Function(function), Some(argument)) = (&edge.target, edge.argument)
                && let Some(copied) = copier.copy_of(*function)
                && let Err(problem) = copier.rename_handed_over(argument, copied)
            {
                unwritable.push(problem);
            }
        }
    }
    (copier.edits, unwritable)
}

/// Names that functions use which stay as they are beside their copies.
pub(crate) fn names_kept_by_copies<'t>(
    program: &Program,
    plan: &Plan,
    file: FileId,
    tree: &'t Tree<'_>,
) -> Vec<&'t str> {
    let ranges: Vec<TextRange> = (plan.copies.iter())
        .filter_map(|copied| program.functions.get(copied.function.0 as usize))
        .filter(|facts| facts.file == file)
        .map(|facts| facts.range)
        .collect();
    if ranges.is_empty() {
        return Vec::new();
    }
    (tree.nodes())
        .filter_map(|(_, node)| match node {
            AnyNodeRef::ExprName(name) => Some((name.range, name.id.as_str())),
            _ => None,
        })
        .filter(|(used, _)| ranges.iter().any(|range| range.contains_range(*used)))
        .map(|(_, name)| name)
        .collect()
}

struct Copier<'a, 't> {
    program: &'a Program,
    plan: &'a Plan,
    file: FileId,
    tree: &'t Tree<'a>,
    edits: Vec<Edit>,
    /// Names that have their edit.
    renamed: FxHashSet<TextRange>,
    /// Import aliases that have theirs.
    imported: FxHashSet<TextRange>,
}

fn unwritable(range: TextRange, reason: impl Into<String>) -> Unwritable {
    Unwritable {
        range,
        reason: reason.into(),
    }
}

impl<'a> Copier<'a, '_> {
    fn copy_of(&self, function: FuncId) -> Option<&'a Copied> {
        let plan: &'a Plan = self.plan;
        plan.copies
            .iter()
            .find(|copied| copied.function == function)
    }

    /// `def save(state): …` is followed by `async def async_save(state): …`.
    fn write(&mut self, copied: &Copied, facts: &Function) -> Result<(), Unwritable> {
        let tree = self.tree;
        let Some(keyword) = def_keyword(tree, facts.name_range) else {
            let reason = "the `def` of the function was not found";
            return Err(unwritable(facts.range, reason));
        };
        let start = facts.range.start();
        let indentation = tree.indentation_at(keyword.start());
        let gap = if indentation.is_empty() {
            "\n\n\n".to_string()
        } else {
            format!("\n\n{indentation}")
        };
        let decorators = tree.slice(TextRange::new(start, keyword.start()));
        self.edits.push(Edit {
            place: Place {
                file: self.file,
                range: facts.range,
            },
            parts: vec![
                Part::Text(tree.slice(facts.range).to_string()),
                Part::Text(format!("{gap}{decorators}async def {}", copied.name)),
                Part::Source(TextRange::new(facts.name_range.end(), facts.range.end())),
            ],
        });
        Ok(())
    }

    /// `await save(state)` becomes `await async_save(state)`.
    fn rename_call(&mut self, site: &CallSite) -> Result<(), Unwritable> {
        let called: Vec<Option<&Copied>> = site
            .edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Call && edge.argument.is_none())
            .map(|edge| match edge.target {
                Target::Function(function) => self.copy_of(function),
                _ => None,
            })
            .collect();
        let Some(copied) = called.iter().copied().flatten().next() else {
            return Ok(());
        };
        if !(called.iter()).all(|other| other.is_some_and(|other| other.name == copied.name)) {
            return Err(unwritable(
                site.range,
                format!(
                    "the call may reach something else than what `{}` is a copy of",
                    copied.name
                ),
            ));
        }
        match self.tree.call(site.range).map(|call| &*call.func) {
            Some(function) => self.rename(function, copied),
            None => Err(unwritable(site.range, "there is no call at the place")),
        }
    }

    /// `create_task(save(state))`, from `spawn(save, state)`.
    fn rename_handed_over(
        &mut self,
        argument: TextRange,
        copied: &Copied,
    ) -> Result<(), Unwritable> {
        let reference = self
            .tree
            .expression(argument)
            .and_then(|(_, node)| match node {
                AnyNodeRef::ExprName(used) => Some(Expr::Name(used.clone())),
                AnyNodeRef::ExprAttribute(used) => Some(Expr::Attribute(used.clone())),
                _ => None,
            });
        match reference {
            Some(reference) => self.rename(&reference, copied),
            None => Err(unwritable(
                argument,
                format!(
                    "`{}` would be handed over, and not its copy",
                    self.name_of(copied.function)
                ),
            )),
        }
    }

    fn name_of(&self, function: FuncId) -> &'a str {
        let program: &'a Program = self.program;
        (program.functions.get(function.0 as usize)).map_or("", |facts| &facts.name)
    }

    fn rename(&mut self, function: &Expr, copied: &Copied) -> Result<(), Unwritable> {
        let name = self.name_of(copied.function);
        let range = match function {
            Expr::Attribute(attribute) if attribute.attr.as_str() == name => {
                if !self.is_of_its_module(attribute.value.as_ref(), copied) {
                    return Err(unwritable(
                        attribute.range,
                        format!("`{name}` is called through a module that hands it on"),
                    ));
                }
                attribute.attr.range
            }
            Expr::Name(used) => {
                self.import(used.id.as_str(), used.range, copied)?;
                used.range
            }
            other => {
                return Err(unwritable(
                    other.range(),
                    format!("`{name}` is called by another name"),
                ));
            }
        };
        if self.renamed.insert(range) {
            let written = match function {
                Expr::Name(used) => self.spelled(used.id.as_str(), copied),
                _ => copied.name.clone(),
            };
            self.edits.push(Edit {
                place: Place {
                    file: self.file,
                    range,
                },
                parts: vec![Part::Text(written)],
            });
        }
        Ok(())
    }

    /// `from store import save as put` gives `async_put`.
    fn spelled(&self, used: &str, copied: &Copied) -> String {
        if used == self.name_of(copied.function) {
            copied.name.clone()
        } else {
            format!("async_{used}")
        }
    }

    /// A function is called on its own module, a method on any object.
    fn is_of_its_module(&self, value: &Expr, copied: &Copied) -> bool {
        let facts = self.program.functions.get(copied.function.0 as usize);
        let Some(facts) = facts.filter(|facts| facts.class.is_none()) else {
            return true;
        };
        let module = self.program.files.get(facts.file.0 as usize);
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_string();
        let (Some(module), Some(written)) = (module, dotted(value)) else {
            return false;
        };
        let imports = self.program.files.get(self.file.0 as usize);
        let target = imports
            .and_then(|own| own.imports.iter().find(|import| import.name == written))
            .map_or(written, |import| import.target.clone());
        last(&target) == last(&module.module)
    }

    /// Where the name is imported, so is that of the copy.
    fn import(&mut self, used: &str, place: TextRange, copied: &Copied) -> Result<(), Unwritable> {
        let program: &'a Program = self.program;
        let facts = program.functions.get(copied.function.0 as usize);
        let own = program.files.get(self.file.0 as usize);
        let (Some(facts), Some(own)) = (facts, own) else {
            return Ok(());
        };
        let name = &facts.name;
        let binding = (own.imports.iter()).find(|import| import.name == used);
        let Some(binding) = binding else {
            return if facts.file == self.file && used == name {
                Ok(())
            } else {
                Err(unwritable(
                    place,
                    format!("`{name}` is called by another name"),
                ))
            };
        };
        let defined = program.files.get(facts.file.0 as usize);
        if defined.is_none_or(|file| binding.target != format!("{}.{name}", file.module)) {
            return Err(unwritable(
                place,
                format!("`{name}` is imported from a module that hands it on"),
            ));
        }
        if self.imported.insert(binding.range) {
            let written = self.spelled(used, copied);
            let alias = if written == copied.name {
                written
            } else {
                format!("{} as {written}", copied.name)
            };
            self.edits.push(Edit {
                place: Place {
                    file: self.file,
                    range: TextRange::empty(binding.range.end()),
                },
                parts: vec![Part::Text(format!(", {alias}"))],
            });
        }
        Ok(())
    }
}
