//! Asking the type engine where the flow of values does not know the receiver of a method.

use rayon::prelude::*;
use ruff_python_ast as ast;
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::Facts;
use crate::flow::{Name, Solver, Unknown, Value, Var};
use crate::interest;
use crate::{FileId, OracleDefinition, TypeOracle};

struct Question<'a> {
    node: &'a ast::ExprAttribute,
    value: Var,
    call: Option<TextRange>,
}

/// Calls that the type engine has answered, by file and range.
pub(crate) type Answered = FxHashSet<(u32, TextRange)>;

/// Asks about methods that are read from something unknown, and adds what the type engine says to the flow. Only methods whose name
/// can matter are asked for; what the answers lead to can make further names matter.
pub(crate) fn consult(solver: &mut Solver<'_, '_>, oracle: &dyn TypeOracle) -> Answered {
    let definitions = definitions(solver);
    let mut packages = Packages {
        oracle,
        known: FxHashMap::default(),
    };
    let mut answered = Answered::default();
    let mut asked: FxHashSet<String> = FxHashSet::default();
    loop {
        let mut names = interest::names(solver);
        names.retain(|name| !asked.contains(name));
        if names.is_empty() {
            return answered;
        }
        let questions: Vec<(u32, Vec<Question<'_>>)> = (0..solver.files.len() as u32)
            .map(|file| (file, questions(solver, file, &names, &mut packages)))
            .filter(|(_, list)| !list.is_empty())
            .collect();
        asked.extend(names);
        let answers: Vec<Vec<Vec<OracleDefinition>>> = crate::with_large_stacks(|| {
            questions
                .par_iter()
                .map(|(file, list)| {
                    list.iter()
                        .map(|question| oracle.attribute_definitions(FileId(*file), question.node))
                        .collect()
                })
                .collect()
        });
        for ((file, list), answers) in questions.iter().zip(answers) {
            for (question, answer) in list.iter().zip(answers) {
                if let (true, Some(call)) =
                    (learn(solver, &definitions, question, answer), question.call)
                {
                    answered.insert((*file, call));
                }
            }
        }
        solver.solve();
    }
}

/// True if the flow knows each of the definitions.
fn learn(
    solver: &mut Solver<'_, '_>,
    definitions: &FxHashMap<(u32, TextRange), Value>,
    question: &Question<'_>,
    answer: Vec<OracleDefinition>,
) -> bool {
    let mut all_known = !answer.is_empty();
    for definition in answer {
        match definition {
            OracleDefinition::Program { file, name } => match definitions.get(&(file.0, name)) {
                Some(value) => add(solver, question.value, *value),
                None => all_known = false,
            },
            OracleDefinition::Outside { module, qualname } => {
                add_outside(solver, question.value, &format!("{module}.{qualname}"));
            }
        }
    }
    all_known
}

/// Names of methods of the program's classes and of catalog classes.
pub(crate) fn method_names(solver: &Solver<'_, '_>) -> FxHashSet<String> {
    let mut methods = FxHashSet::default();
    for function in &solver.functions {
        if function.class.is_some() {
            methods.insert(function.ir.name.to_owned());
        }
    }
    for entry in ungreen_catalog::catalog().entries() {
        if entry.owner.is_some()
            && let Some((_, method)) = entry.name.rsplit_once('.')
        {
            methods.insert(method.to_owned());
        }
    }
    methods
}

fn questions<'a>(
    solver: &mut Solver<'_, 'a>,
    file: u32,
    methods: &FxHashSet<String>,
    packages: &mut Packages<'_>,
) -> Vec<Question<'a>> {
    let (ir, first_var) = {
        let info = &solver.files[file as usize];
        (info.ir, info.first_var)
    };
    let mut list = Vec::new();
    for attribute in &ir.attributes {
        let Some(node) = attribute.node else { continue };
        let value = first_var + attribute.value.0;
        if methods.contains(node.attr.id.as_str())
            && let base = first_var + attribute.base.0
            && is_unclear(solver, base, value)
            && !packages.are_all_unknown(solver, base)
        {
            list.push(Question {
                node,
                value,
                call: attribute.call,
            });
        }
    }
    list
}

/// The flow does not tell what the attribute is: the receiver is unknown, or comes from outside without its class being known.
fn is_unclear(solver: &Solver<'_, '_>, base: Var, value: Var) -> bool {
    let values = solver.values_of(value);
    let guessed = |value: &Value| match value {
        Value::ExternalBound { name, .. } => !Facts::of(solver.names.text(*name)).is_known,
        _ => false,
    };
    if values.is_empty() {
        return solver.unknown_of(base).is_some() || solver.values_of(base).is_empty();
    }
    solver.unknown_of(value).is_some() || values.iter().any(|id| guessed(&solver.values.get(*id)))
}

/// Which packages outside the program the type engine can look into.
struct Packages<'o> {
    oracle: &'o dyn TypeOracle,
    known: FxHashMap<Name, bool>,
}

impl Packages<'_> {
    /// What is known of the variable is nothing but objects of packages that the engine does not find, mocks, what those give, and
    /// constants: it cannot know more of them.
    fn are_all_unknown(&mut self, solver: &mut Solver<'_, '_>, base: Var) -> bool {
        let unknown = solver.unknown_of(base);
        if (unknown.without(Unknown::RECEIVER))
            .without(Unknown::OPAQUE)
            .is_some()
        {
            return false;
        }
        let values = solver.values_of(base).to_vec();
        let mut any = false;
        for id in values {
            let name = match solver.values.get(id) {
                Value::External(name)
                | Value::ExternalInstance { class: name, .. }
                | Value::ExternalBound { name, .. } => name,
                Value::Text(_) | Value::Pattern { .. } | Value::Index(_) => continue,
                _ => return false,
            };
            if self.is_known(solver, name) {
                return false;
            }
            any = true;
        }
        any
    }

    fn is_known(&mut self, solver: &mut Solver<'_, '_>, name: Name) -> bool {
        if let Some(known) = self.known.get(&name) {
            return *known;
        }
        let stands_in = solver.facts(name).flow.is_some_and(|flow| flow.stands_in);
        let package = solver
            .names
            .text(name)
            .split('.')
            .next()
            .unwrap_or_default();
        let known = !stands_in && self.oracle.finds_package(package);
        self.known.insert(name, known);
        known
    }
}

/// Functions and classes by the place of their name.
fn definitions(solver: &Solver<'_, '_>) -> FxHashMap<(u32, TextRange), Value> {
    let mut found = FxHashMap::default();
    let written = solver.written_functions() as usize;
    for (index, function) in solver.functions.iter().take(written).enumerate() {
        if !function.ir.name_range.is_empty() {
            found.insert(
                (function.file, function.ir.name_range),
                Value::Function(index as u32),
            );
        }
    }
    for (index, class) in solver.classes.iter().enumerate() {
        found.insert(
            (class.file, class.ir.name_range),
            Value::Class(index as u32),
        );
    }
    found
}

fn add(solver: &mut Solver<'_, '_>, to: Var, value: Value) {
    let value = match value {
        Value::Function(function) => match solver.functions[function as usize].class {
            Some(class) => {
                let receiver = solver.value(Value::Instance {
                    class,
                    object: None,
                });
                Value::Bound { function, receiver }
            }
            None => value,
        },
        _ => value,
    };
    let id = solver.value(value);
    solver.add_everywhere(to, id);
}

fn add_outside(solver: &mut Solver<'_, '_>, to: Var, dotted: &str) {
    let value = match dotted.rsplit_once('.') {
        Some((owner, _)) if Facts::of(owner).class.is_some() || owner.starts_with("builtins.") => {
            let class = solver.names.id(Facts::of(owner).class.unwrap_or(owner));
            let receiver = solver.value(Value::ExternalInstance {
                class,
                object: None,
            });
            Value::ExternalBound {
                name: solver.names.id(dotted),
                receiver,
            }
        }
        _ => Value::External(solver.names.id(dotted)),
    };
    let id = solver.value(value);
    solver.add_everywhere(to, id);
}
