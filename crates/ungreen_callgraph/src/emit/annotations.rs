//! What annotations say of functions of the program.

mod quoted;
mod values;

use indexmap::IndexMap;
use ruff_python_ast::{self as ast, Expr};
use ruff_python_parser::parse_string_annotation;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxBuildHasher, FxHashMap};

pub use quoted::names_in_strings;
use values::{Callables, tidy};

use super::type_names::{TypeName, TypeNames, dotted};
use crate::flow::{ConstKey, MroEntry, Name, Solver, Value, ValueId};
use crate::ir::Subject;
use crate::{
    Annotation, AnnotationForm, FileId, FuncId, FunctionKind, Module, Place, Program, Target,
};

/// Types are taken apart so far.
const DEPTH: usize = 12;

/// Fills in the annotations of the program, and the declarations of its functions.
pub(super) fn annotations(
    solver: &mut Solver<'_, '_>,
    modules: &[Module<'_>],
    program: &mut Program,
) {
    let mut declared = overloads(program);
    let mut walker = Walker {
        solver,
        program,
        names: TypeNames::new(modules),
        modules,
        found: IndexMap::default(),
        declared: Vec::new(),
        fields: FxHashMap::default(),
    };
    walker.collect_fields();
    walker.all(&FxHashMap::default());
    declared.append(&mut walker.declared);
    declared.sort_unstable();
    declared.dedup();
    let mut others: FxHashMap<FuncId, Vec<FuncId>> = FxHashMap::default();
    for (index, function) in (0..).zip(&walker.program.functions) {
        for base in &function.overrides {
            others.entry(*base).or_default().push(FuncId(index));
        }
    }
    for (function, declaration) in &declared {
        others.entry(*declaration).or_default().push(*function);
    }
    walker.found.clear();
    walker.all(&others);
    let mut found: Vec<Annotation> = std::mem::take(&mut walker.found).into_values().collect();
    for annotation in &mut found {
        annotation.functions.sort_unstable();
        annotation.functions.dedup();
    }
    found.sort_by_key(|part| {
        (
            part.place.file,
            part.place.range.start(),
            part.place.range.end(),
        )
    });
    let stubs = generator_stubs(walker.solver, &others);
    let quoted = walker.quoted();
    program.annotations = found;
    quoted::add_references(program, quoted);
    for stub in stubs {
        if let Some(function) = program.functions.get_mut(stub.0 as usize) {
            function.is_generator = true;
            function.is_generator_stub = true;
        }
    }
    for (function, declaration) in declared {
        if let Some(function) = program.functions.get_mut(function.0 as usize) {
            function.declarations.push(declaration);
        }
    }
}

/// `(function, its overload)`.
fn overloads(program: &Program) -> Vec<(FuncId, FuncId)> {
    let is_overload = |function: &crate::Function| {
        function.decorators.iter().any(|decorator| {
            decorator.targets.iter().any(|target| match target {
                Target::External(name) => {
                    matches!(
                        name.as_str(),
                        "typing.overload" | "typing_extensions.overload"
                    )
                }
                _ => false,
            })
        })
    };
    let mut waiting: FxHashMap<(Option<FuncId>, &str), Vec<FuncId>> = FxHashMap::default();
    let mut found = Vec::new();
    for (index, function) in (0..).zip(&program.functions) {
        if function.kind != FunctionKind::Def {
            continue;
        }
        let key = (function.parent, function.name.as_str());
        if is_overload(function) {
            waiting.entry(key).or_default().push(FuncId(index));
        } else {
            let stubs = waiting.remove(&key).unwrap_or_default();
            found.extend(stubs.into_iter().map(|stub| (FuncId(index), stub)));
        }
    }
    found
}

/// Functions without a body that stand for generators alone.
fn generator_stubs(
    solver: &Solver<'_, '_>,
    others: &FxHashMap<FuncId, Vec<FuncId>>,
) -> Vec<FuncId> {
    let facts = |function: &FuncId| solver.functions.get(function.0 as usize);
    let is_stub = |function: &FuncId| facts(function).is_some_and(|info| info.ir.is_stub);
    let is_generator = |function: &FuncId| facts(function).is_some_and(|info| info.is_generator());
    let mut found: Vec<FuncId> = others
        .iter()
        .filter(|(function, others)| {
            is_stub(function)
                && others.iter().any(is_generator)
                && (others.iter()).all(|other| is_generator(other) || is_stub(other))
        })
        .map(|(function, _)| *function)
        .collect();
    found.sort_unstable();
    found
}

struct Walker<'w, 'p, 'a, 'm> {
    solver: &'w mut Solver<'p, 'a>,
    program: &'w Program,
    modules: &'m [Module<'m>],
    names: TypeNames<'m>,
    found: IndexMap<Place, Annotation, FxBuildHasher>,
    /// `(method, the member of a protocol that it stands for)`.
    declared: Vec<(FuncId, FuncId)>,
    /// Annotated names of the bodies of classes.
    fields: FxHashMap<u32, Vec<(Name, &'p Expr)>>,
}

/// A part of an annotation with brackets: `head[arguments]`.
struct Part<'e> {
    range: TextRange,
    head: TextRange,
    arguments: &'e [Expr],
}

impl Walker<'_, '_, '_, '_> {
    /// `others`: functions that override or implement a function.
    fn all(&mut self, others: &FxHashMap<FuncId, Vec<FuncId>>) {
        for file in 0..self.solver.files.len() {
            let info = &self.solver.files[file];
            let (ir, first_var, first_function, first_class) = (
                info.ir,
                info.first_var,
                info.first_function,
                info.first_class,
            );
            for annotated in &ir.annotated {
                let mut held = Vec::new();
                match annotated.subject {
                    Subject::Variable(var) => self.add_values(first_var + var.0, &mut held),
                    Subject::Field(class, name) => {
                        let name = self.solver.files[file].symbols[name.0 as usize];
                        let vars = self.solver.vars_of_attribute(first_class + class, name);
                        for var in vars {
                            self.add_values(var, &mut held);
                        }
                    }
                    Subject::Parameter(function, position) => {
                        let function = first_function + function;
                        for function in with_others(function, others) {
                            held.extend(self.parameter(function, position as usize));
                        }
                    }
                    Subject::Returned(function) => {
                        for function in with_others(first_function + function, others) {
                            held.extend(self.result_of(function));
                        }
                    }
                }
                held.sort_unstable();
                held.dedup();
                if !held.is_empty() {
                    self.walk(file as u32, annotated.annotation, &held, 0);
                }
            }
        }
    }

    fn collect_fields(&mut self) {
        for info in &self.solver.files {
            for annotated in &info.ir.annotated {
                if let Subject::Field(class, name) = annotated.subject {
                    let fields = self.fields.entry(info.first_class + class).or_default();
                    fields.push((info.symbols[name.0 as usize], annotated.annotation));
                }
            }
        }
    }

    /// `held`: what the expression, a type, describes.
    fn walk(&mut self, file: u32, annotation: &Expr, held: &[ValueId], depth: usize) {
        if held.is_empty() || depth > DEPTH {
            return;
        }
        match annotation {
            Expr::StringLiteral(text) => {
                let source = self.modules.get(file as usize).map(|module| module.source);
                if let ([part], Some(source)) = (text.value.as_slice(), source)
                    && let Ok(parsed) = parse_string_annotation(source, part)
                {
                    self.walk(file, parsed.expr(), held, depth + 1);
                }
            }
            Expr::BinOp(node) if node.op == ast::Operator::BitOr => {
                self.walk(file, &node.left, held, depth + 1);
                self.walk(file, &node.right, held, depth + 1);
            }
            Expr::Subscript(node) => {
                let arguments = match &*node.slice {
                    Expr::Tuple(tuple) => tuple.elts.as_slice(),
                    other => std::slice::from_ref(other),
                };
                self.part(file, &node.value, node.range(), arguments, held, depth);
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                self.part(file, annotation, annotation.range(), &[], held, depth);
            }
            _ => {}
        }
    }

    fn denoted(&self, file: u32, name: &Expr) -> Option<TypeName<'_>> {
        let text = dotted(name)?;
        self.names
            .denoted(self.solver, &self.program.files, file, &text)
    }

    fn part(
        &mut self,
        file: u32,
        head: &Expr,
        range: TextRange,
        arguments: &[Expr],
        held: &[ValueId],
        depth: usize,
    ) {
        let text = dotted(head);
        let denoted = text
            .and_then(|text| (self.names).denoted(self.solver, &self.program.files, file, &text));
        let target = match denoted {
            Some(TypeName::Outside(target)) => target,
            Some(TypeName::Class(class)) => return self.class(class, held, depth),
            Some(TypeName::Alias(file, alias)) => return self.walk(file, alias, held, depth + 1),
            None => return,
        };
        let part = Part {
            range,
            head: match head {
                Expr::Attribute(attribute) => attribute.attr.range(),
                other => other.range(),
            },
            arguments,
        };
        let name = target.rsplit('.').next().unwrap_or_default();
        let is_typing = target.rsplit_once('.').is_some_and(|(module, _)| {
            matches!(
                module,
                "typing" | "typing_extensions" | "collections.abc" | "contextlib" | "builtins"
            )
        });
        match name {
            "Callable" if is_typing => self.callable(file, &part, target, held, depth),
            "Optional" | "Annotated" | "Final" | "ClassVar" | "Required" | "NotRequired"
            | "ReadOnly" | "InitVar" => {
                if let Some(inner) = arguments.first() {
                    self.walk(file, inner, held, depth + 1);
                }
            }
            "Awaitable" | "Coroutine" => {
                if let Some(inner) = arguments.last() {
                    self.walk(file, inner, held, depth + 1);
                }
            }
            "Union" => {
                for argument in arguments {
                    self.walk(file, argument, held, depth + 1);
                }
            }
            "tuple" | "Tuple" if !arguments.last().is_some_and(Expr::is_ellipsis_literal_expr) => {
                for (index, argument) in (0..).zip(arguments) {
                    let items = self.items(held, ConstKey::Index(index));
                    self.walk(file, argument, &items, depth + 1);
                }
            }
            "Iterator" | "Iterable" | "Generator" if is_typing => {
                self.iterated(file, &part, target, held, depth);
            }
            "ContextManager" | "AbstractContextManager" if is_typing => {
                self.entered(file, &part, target, held);
            }
            _ => {
                let last = match arguments {
                    [.., first, Expr::EllipsisLiteral(_)] => first,
                    [.., last] => last,
                    [] => return,
                };
                let elements = self.elements(held);
                self.walk(file, last, &elements, depth + 1);
            }
        }
    }

    fn add(
        &mut self,
        file: u32,
        part: &Part<'_>,
        target: String,
        form: AnnotationForm,
        functions: Vec<FuncId>,
        mixed: bool,
    ) {
        if functions.is_empty() {
            return;
        }
        let place = Place {
            file: FileId(file),
            range: part.range,
        };
        let known = self.found.entry(place).or_insert_with(|| Annotation {
            place,
            form,
            head: part.head,
            target,
            functions: Vec::new(),
            mixed: false,
        });
        known.functions.extend(functions);
        known.mixed |= mixed;
    }

    /// `Callable[[int], str]`.
    fn callable(
        &mut self,
        file: u32,
        part: &Part<'_>,
        target: String,
        held: &[ValueId],
        depth: usize,
    ) {
        let [parameters, result] = part.arguments else {
            return;
        };
        let mut callables = Callables::default();
        self.callables(held, &mut callables, 0);
        let (made, calling): (Vec<_>, Vec<_>) =
            (callables.functions.iter()).partition(|(function, _)| {
                (self.solver.functions.get(*function as usize))
                    .is_some_and(|info| info.is_generator())
            });
        let functions = calling
            .iter()
            .map(|(function, _)| FuncId(*function))
            .collect();
        let mixed = callables.outside || !callables.made.is_empty() || !made.is_empty();
        let result_name = match self.denoted(file, head_of(result)) {
            Some(TypeName::Outside(name)) => name,
            _ => String::new(),
        };
        // `Any` goes for awaitables as well.
        let says_nothing = matches!(
            result_name.as_str(),
            "typing.Any" | "builtins.object" | "typing_extensions.Any"
        );
        let is_awaited = matches!(
            result_name.rsplit('.').next(),
            Some("Awaitable" | "Coroutine")
        );
        if !says_nothing && !is_awaited {
            let form = AnnotationForm::Call {
                result: result.range(),
            };
            self.add(file, part, target, form, functions, mixed);
        }
        if let Expr::List(list) = parameters {
            for (position, parameter) in list.elts.iter().enumerate() {
                let mut held = Vec::new();
                for (function, bound) in &callables.functions {
                    if let Some(bound) = bound {
                        held.extend(self.parameter(*function, position + bound));
                    }
                }
                self.walk(file, parameter, &tidy(held), depth + 1);
            }
        }
        let mut results = Vec::new();
        for (function, _) in &callables.functions {
            results.extend(self.result_of(*function));
        }
        for id in callables.made {
            if let Value::Class(class) = self.solver.values.get(id) {
                let instance = Value::Instance {
                    class,
                    object: None,
                };
                results.push(self.solver.value(instance));
            }
        }
        self.walk(file, result, &tidy(results), depth + 1);
    }

    /// `Iterator[int]`.
    fn iterated(
        &mut self,
        file: u32,
        part: &Part<'_>,
        target: String,
        held: &[ValueId],
        depth: usize,
    ) {
        let functions = self.generators(held);
        let extra = match part.arguments {
            [_, sent, returned] => Some(TextRange::new(sent.end(), returned.end())),
            _ => None,
        };
        let mixed = functions.len() < held.len();
        self.add(
            file,
            part,
            target,
            AnnotationForm::Iterate { extra },
            functions,
            mixed,
        );
        if let Some(item) = part.arguments.first() {
            let elements = self.elements(held);
            self.walk(file, item, &elements, depth + 1);
        }
    }

    /// `ContextManager[int]`: what a function under `@contextmanager` gives, or an object with `__enter__`.
    fn entered(&mut self, file: u32, part: &Part<'_>, target: String, held: &[ValueId]) {
        let mut functions = self.generators(held);
        for id in held {
            if let Value::Instance { class, .. } | Value::Family(class) =
                self.solver.values.get(*id)
            {
                functions.extend(self.method(class, "__enter__"));
            }
        }
        let mixed = functions.len() < held.len();
        self.add(file, part, target, AnnotationForm::Enter, functions, mixed);
    }

    /// A class of the program: a protocol says something of what stands for it, a `TypedDict` of its items.
    fn class(&mut self, class: u32, held: &[ValueId], depth: usize) {
        if self.has_base(class, &["typing.TypedDict", "typing_extensions.TypedDict"]) {
            let Some(info) = self.solver.classes.get(class as usize) else {
                return;
            };
            let file = info.file;
            for (name, annotation) in self.fields.get(&class).cloned().unwrap_or_default() {
                let items = self.items(held, ConstKey::Text(name));
                self.walk(file, annotation, &items, depth + 1);
            }
            return;
        }
        if !self.has_base(class, &["typing.Protocol", "typing_extensions.Protocol"]) {
            return;
        }
        let members: Vec<(String, FuncId)> = (self.solver.classes.get(class as usize))
            .into_iter()
            .flat_map(|info| info.program_mro())
            .filter_map(|class| self.program.classes.get(class as usize))
            .flat_map(|class| &class.methods)
            .map(|(name, function)| (name.clone(), *function))
            .collect();
        for id in held {
            match self.solver.values.get(*id) {
                Value::Instance { class: own, .. } | Value::Family(own)
                    if !self.solver.derives_from(own, class) =>
                {
                    for (name, member) in &members {
                        let method = self.method(own, name);
                        self.declared.extend(method.map(|method| (method, *member)));
                    }
                }
                Value::Function(function) | Value::Bound { function, .. } => {
                    let function = self.solver.written(function);
                    let call = members.iter().find(|(name, _)| name == "__call__");
                    self.declared
                        .extend(call.map(|(_, member)| (FuncId(function), *member)));
                }
                _ => {}
            }
        }
    }

    fn has_base(&self, class: u32, names: &[&str]) -> bool {
        self.solver.classes.get(class as usize).is_some_and(|info| {
            info.bases.iter().flatten().any(|base| match base {
                MroEntry::External(name) => names.contains(&self.solver.names.text(*name)),
                MroEntry::Program(_) => false,
            })
        })
    }
}

fn with_others(
    function: u32,
    others: &FxHashMap<FuncId, Vec<FuncId>>,
) -> impl Iterator<Item = u32> + '_ {
    let rest = others.get(&FuncId(function)).map_or(&[][..], Vec::as_slice);
    std::iter::once(function).chain(rest.iter().map(|other| other.0))
}

/// `Awaitable` of `Awaitable[str]`.
fn head_of(annotation: &Expr) -> &Expr {
    match annotation {
        Expr::Subscript(node) => &node.value,
        other => other,
    }
}
