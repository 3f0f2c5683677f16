//! Classes that are split into an asynchronous class and a sync face: the new name wherever the asynchronous class is meant.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::{AnyNodeRef, Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{Class, FileId, FuncId, ImportBinding, Place, Program, Target};
use ungreen_color::{Edit, Face, Part, Plan};

use crate::face_class::face_class;
use crate::imports::member_key;
use crate::tree::{NodeId, Tree};

/// How many modules may hand a name on.
const FACADES: usize = 8;

/// The edits for the faces of the Plan, by file.
pub(crate) fn face_edits<'t, 's: 't>(
    program: &Program,
    plan: &Plan,
    tree: &dyn Fn(FileId) -> Option<&'t Tree<'s>>,
) -> BTreeMap<FileId, Vec<Edit>> {
    let mut edits: BTreeMap<FileId, Edits> = BTreeMap::new();
    for face in &plan.faces {
        let Some(class) = program.classes.get(face.class.0 as usize) else {
            continue;
        };
        let Some(module) = program.files.get(class.file.0 as usize) else {
            continue;
        };
        let split = Split {
            program,
            face,
            class,
            dotted: format!("{}.{}", module.module, class.name),
            asynchronous: face.asynchronous.iter().copied().collect(),
        };
        if let Some(tree) = tree(class.file) {
            let own = edits.entry(class.file).or_default();
            split.inside(tree, own);
            if let Some((place, parts)) = face_class(program, plan, face, tree) {
                own.insert(place, parts);
            }
            exported(tree, &class.name, &face.name, own);
        }
        let mut facades = BTreeSet::new();
        for file in split.files_with_uses() {
            if let Some(tree) = tree(file) {
                split.uses(file, tree, edits.entry(file).or_default(), &mut facades);
            }
        }
        facades.extend(split.packages());
        for file in facades {
            let (Some(tree), Some(facts)) = (tree(file), program.files.get(file.0 as usize)) else {
                continue;
            };
            let own = edits.entry(file).or_default();
            for binding in facts.imports.iter().filter(|one| split.is_class(one)) {
                own.insert(binding.range, split.both(tree, binding));
                exported(tree, &binding.name, &face.name, own);
            }
        }
    }
    edits
        .into_iter()
        .map(|(file, mut edits)| {
            if let Some(tree) = tree(file) {
                keep_members_sorted(tree, &mut edits);
            }
            let mut edits: Vec<Edit> = edits
                .into_iter()
                .map(|(range, parts)| Edit {
                    place: Place { file, range },
                    parts,
                })
                .collect();
            edits.sort_by_key(|edit| (edit.place.range.start(), edit.place.range.end()));
            (file, edits)
        })
        .collect()
}

type Edits = FxHashMap<TextRange, Vec<Part>>;

/// One class that is split.
struct Split<'a> {
    program: &'a Program,
    face: &'a Face,
    class: &'a Class,
    /// The absolute name of the class.
    dotted: String,
    asynchronous: FxHashSet<FuncId>,
}

impl Split<'_> {
    fn new_name(&self) -> Vec<Part> {
        vec![Part::Text(self.face.name.clone())]
    }

    /// The name of the class at its definition, and in its own code.
    fn inside(&self, tree: &Tree<'_>, edits: &mut Edits) {
        for (id, node) in tree.nodes() {
            match node {
                AnyNodeRef::StmtClassDef(definition) if definition.range() == self.class.range => {
                    edits.insert(definition.name.range(), self.new_name());
                }
                AnyNodeRef::ExprName(name)
                    if self.class.range.contains_range(name.range())
                        && name.ctx == ExprContext::Load
                        && name.id.as_str() == self.class.name =>
                {
                    edits.insert(name.range(), self.new_name());
                }
                AnyNodeRef::ExprStringLiteral(text)
                    if self.class.range.contains_range(text.range())
                        && text.value.to_str() == self.class.name
                        && is_annotation(tree, id) =>
                {
                    let written = vec![Part::Text(format!("\"{}\"", self.face.name))];
                    edits.insert(text.range(), written);
                }
                _ => {}
            }
        }
    }

    /// Every expression outside of the class that denotes it, with the function around it.
    fn places(&self) -> impl Iterator<Item = (Place, FuncId)> + '_ {
        let denotes = |target: &Target| *target == Target::Class(self.face.class);
        let calls = self.program.calls.iter().filter_map(move |site| {
            let called = site
                .edges
                .iter()
                .any(|edge| edge.argument.is_none() && denotes(&edge.target));
            called.then_some((
                Place {
                    file: site.file,
                    range: site.callee,
                },
                site.caller,
            ))
        });
        let references = self.program.references.iter().filter_map(move |reference| {
            reference
                .targets
                .iter()
                .any(denotes)
                .then_some((reference.place, reference.function))
        });
        calls.chain(references).filter(|(place, _)| {
            place.file != self.class.file || !self.class.range.contains_range(place.range)
        })
    }

    fn files_with_uses(&self) -> BTreeSet<FileId> {
        self.places().map(|(place, _)| place.file).collect()
    }

    fn uses(
        &self,
        file: FileId,
        tree: &Tree<'_>,
        edits: &mut Edits,
        facades: &mut BTreeSet<FileId>,
    ) {
        let Some(facts) = self.program.files.get(file.0 as usize) else {
            return;
        };
        let mut imported: FxHashSet<TextRange> = FxHashSet::default();
        for (place, function) in self.places().filter(|(place, _)| place.file == file) {
            let Some((id, node)) = tree.expression(place.range) else {
                continue;
            };
            if !self.means_asynchronous(tree, id, function) && !is_attribute_set(tree, id) {
                continue;
            }
            match node {
                AnyNodeRef::ExprName(name) => {
                    let binding = facts
                        .imports
                        .iter()
                        .find(|one| one.name == name.id.as_str() && self.is_class(one));
                    match binding {
                        Some(binding) => {
                            imported.insert(binding.range);
                            self.handed_on_by(&binding.target, facades, FACADES);
                        }
                        None if file == self.class.file && name.id.as_str() == self.class.name => {}
                        None => continue,
                    }
                    edits.insert(place.range, self.new_name());
                }
                AnyNodeRef::ExprAttribute(attribute)
                    if attribute.attr.as_str() == self.class.name =>
                {
                    edits.insert(attribute.attr.range(), self.new_name());
                    if let Some(name) = crate::usage::dotted(&Expr::Attribute(attribute.clone())) {
                        for binding in &facts.imports {
                            if let Some(rest) = name
                                .strip_prefix(binding.name.as_str())
                                .filter(|rest| rest.starts_with('.'))
                            {
                                let target = format!("{}{rest}", binding.target);
                                self.handed_on_by(&target, facades, FACADES);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        for binding in facts
            .imports
            .iter()
            .filter(|one| imported.contains(&one.range))
        {
            let stays = tree.nodes().any(|(_, node)| {
                matches!(node, AnyNodeRef::ExprName(name)
                    if name.id.as_str() == binding.name && !edits.contains_key(&name.range()))
            });
            let written = if stays || self.is_imported_from(&facts.module, &binding.name) {
                self.both(tree, binding)
            } else {
                self.new_name()
            };
            edits.insert(binding.range, written);
        }
    }

    /// `AsyncClient, Client` for `Client` in an import.
    fn both(&self, tree: &Tree<'_>, binding: &ImportBinding) -> Vec<Part> {
        vec![Part::Text(format!(
            "{}, {}",
            self.face.name,
            tree.slice(binding.range)
        ))]
    }

    /// The binding is the class, whichever module hands it on.
    fn is_class(&self, binding: &ImportBinding) -> bool {
        self.leads_to_class(&binding.target, FACADES)
    }

    fn leads_to_class(&self, target: &str, depth: usize) -> bool {
        target == self.dotted
            || depth > 0
                && self
                    .handing_on(target)
                    .is_some_and(|(_, binding)| self.leads_to_class(&binding.target, depth - 1))
    }

    /// `pkg.Client` to the import of `Client` in `pkg`.
    fn handing_on(&self, target: &str) -> Option<(FileId, &ImportBinding)> {
        let (module, name) = target.rsplit_once('.')?;
        let index = self
            .program
            .files
            .iter()
            .position(|file| file.module == module)?;
        let binding = self.program.files[index]
            .imports
            .iter()
            .find(|binding| binding.name == name)?;
        Some((FileId(u32::try_from(index).ok()?), binding))
    }

    fn handed_on_by(&self, target: &str, facades: &mut BTreeSet<FileId>, depth: usize) {
        if target == self.dotted || depth == 0 {
            return;
        }
        if let Some((file, binding)) = self.handing_on(target)
            && self.leads_to_class(&binding.target, FACADES)
        {
            facades.insert(file);
            self.handed_on_by(&binding.target, facades, depth - 1);
        }
    }

    /// Packages that hand the class on to whoever imports them.
    fn packages(&self) -> Vec<FileId> {
        (0..self.program.files.len())
            .filter(|index| {
                let file = &self.program.files[*index];
                file.path.ends_with("__init__.py")
                    && file.imports.iter().any(|binding| self.is_class(binding))
            })
            .filter_map(|index| Some(FileId(u32::try_from(index).ok()?)))
            .collect()
    }

    fn is_imported_from(&self, module: &str, name: &str) -> bool {
        self.program
            .files
            .iter()
            .filter(|file| file.module != module)
            .flat_map(|file| &file.imports)
            .any(|binding| {
                binding
                    .target
                    .strip_prefix(module)
                    .and_then(|rest| rest.strip_prefix('.'))
                    == Some(name)
            })
    }

    /// Code at this place works with objects of the asynchronous class.
    fn means_asynchronous(&self, tree: &Tree<'_>, id: NodeId, function: FuncId) -> bool {
        let range = tree.node(id).map(|node| node.range()).unwrap_or_default();
        for (_, above) in tree.ancestors(id) {
            match above {
                // A base class, whose subclass follows the asynchronous class.
                AnyNodeRef::StmtClassDef(definition)
                    if definition
                        .arguments
                        .as_deref()
                        .is_some_and(|arguments| arguments.range().contains_range(range)) =>
                {
                    return true;
                }
                // The signature speaks of what the function is given.
                AnyNodeRef::StmtFunctionDef(definition) => {
                    let in_signature = definition.parameters.range().contains_range(range)
                        || definition
                            .returns
                            .as_deref()
                            .is_some_and(|returns| returns.range().contains_range(range));
                    if in_signature {
                        return self.asynchronous.iter().any(|id| {
                            self.program
                                .functions
                                .get(id.0 as usize)
                                .is_some_and(|facts| facts.name_range == definition.name.range())
                        });
                    }
                    break;
                }
                _ => {}
            }
        }
        self.asynchronous.contains(&function)
    }
}

/// `Client.retries = 5`: attributes of the class are those of the asynchronous class, which the face only looks at.
fn is_attribute_set(tree: &Tree<'_>, id: NodeId) -> bool {
    matches!(tree.parent(id), Some((_, AnyNodeRef::ExprAttribute(attribute)))
        if attribute.ctx != ExprContext::Load)
}

/// Names imported from one module stay in order, if they were.
fn keep_members_sorted(tree: &Tree<'_>, edits: &mut Edits) {
    for (_, node) in tree.nodes() {
        let AnyNodeRef::StmtImportFrom(import) = node else {
            continue;
        };
        let is_sorted = import
            .names
            .is_sorted_by_key(|alias| member_key(alias.name.as_str()));
        if !is_sorted
            || !import
                .names
                .iter()
                .any(|one| edits.contains_key(&one.range()))
        {
            continue;
        }
        let mut members: Vec<String> = import
            .names
            .iter()
            .flat_map(|alias| match edits.get(&alias.range()).map(Vec::as_slice) {
                Some([Part::Text(text)]) => text.split(", ").map(str::to_string).collect(),
                _ => vec![tree.slice(alias.range()).to_string()],
            })
            .collect();
        members.sort_by_cached_key(|member| {
            member_key(member.split_whitespace().next().unwrap_or_default())
        });
        members.dedup();
        // The last place takes what the new names add.
        let (places, last) = match import.names.split_last() {
            Some((last, places)) => (places, last),
            None => continue,
        };
        let rest = members.split_off(places.len().min(members.len()));
        for (alias, member) in places.iter().zip(members) {
            edits.insert(alias.range(), vec![Part::Text(member)]);
        }
        edits.insert(last.range(), vec![Part::Text(rest.join(", "))]);
    }
}

/// The expression is the annotation of a parameter or a variable, or of what a function returns.
fn is_annotation(tree: &Tree<'_>, id: NodeId) -> bool {
    let Some(range) = tree.node(id).map(|node| node.range()) else {
        return false;
    };
    tree.ancestors(id).any(|(_, above)| match above {
        AnyNodeRef::Parameter(parameter) => parameter
            .annotation
            .as_deref()
            .is_some_and(|annotation| annotation.range().contains_range(range)),
        AnyNodeRef::StmtAnnAssign(assign) => assign.annotation.range().contains_range(range),
        AnyNodeRef::StmtFunctionDef(function) => function
            .returns
            .as_deref()
            .is_some_and(|returns| returns.range().contains_range(range)),
        _ => false,
    })
}

/// `"Client"` in the module's `__all__` names both classes.
fn exported(tree: &Tree<'_>, old: &str, new: &str, edits: &mut Edits) {
    for (id, node) in tree.nodes() {
        let AnyNodeRef::ExprStringLiteral(text) = node else {
            continue;
        };
        if text.value.to_str() != old {
            continue;
        }
        let in_all = tree.ancestors(id).any(|(_, above)| {
            let target = match above {
                AnyNodeRef::StmtAssign(assign) => assign.targets.first(),
                AnyNodeRef::StmtAugAssign(assign) => Some(&*assign.target),
                AnyNodeRef::StmtAnnAssign(assign) => Some(&*assign.target),
                _ => None,
            };
            matches!(target, Some(Expr::Name(name)) if name.id.as_str() == "__all__")
        });
        if in_all {
            let written = tree.slice(text.range());
            let quote = written.chars().last().unwrap_or('"');
            edits.insert(
                text.range(),
                vec![Part::Text(format!("{quote}{new}{quote}, {written}"))],
            );
        }
    }
}
