//! The text of a sync face: a class with the methods of the asynchronous class, of which it holds an object.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;
use ungreen_callgraph::{Class, Function, Program, Target};
use ungreen_color::{Color, Face, Part, Plan};

use crate::tree::Tree;

/// Methods that Python does not look for on a face, or that a face has itself.
const NOT_FACED: [&str; 15] = [
    "__aenter__",
    "__aexit__",
    "__aiter__",
    "__anext__",
    "__await__",
    "__class_getitem__",
    "__copy__",
    "__deepcopy__",
    "__del__",
    "__getstate__",
    "__init_subclass__",
    "__reduce__",
    "__reduce_ex__",
    "__setstate__",
    "__set_name__",
];

/// Methods that work wherever the object is shown, in an event loop as well.
const SHOWS_ITSELF: [&str; 4] = ["__format__", "__hash__", "__repr__", "__str__"];

/// Where the face goes, and what is written there.
pub(crate) fn face_class(
    program: &Program,
    plan: &Plan,
    face: &Face,
    tree: &Tree<'_>,
) -> Option<(TextRange, Vec<Part>)> {
    let class = program.classes.get(face.class.0 as usize)?;
    let syntax = tree
        .at(class.range)
        .iter()
        .find_map(|id| match tree.node(*id)? {
            AnyNodeRef::StmtClassDef(syntax) => Some(syntax),
            _ => None,
        })?;
    let mut writer = Writer {
        program,
        plan,
        face,
        class,
        syntax,
        tree,
        unit: tree.indent_unit(),
        class_names: bound_names(&syntax.body),
        parts: Vec::new(),
    };
    writer.write();
    let line = tree.slice(TextRange::new(class.range.end(), tree.source_end()));
    let rest = line.split(['\n', '\r']).next().unwrap_or_default();
    let comment = if rest.trim().is_empty() {
        0
    } else {
        rest.len()
    };
    let end = class.range.end() + ruff_text_size::TextSize::try_from(comment).ok()?;
    Some((TextRange::empty(end), writer.parts))
}

struct Writer<'a, 't> {
    program: &'a Program,
    plan: &'a Plan,
    face: &'a Face,
    class: &'a Class,
    syntax: &'a ast::StmtClassDef,
    tree: &'t Tree<'a>,
    unit: &'a str,
    /// Names that the body of the class binds.
    class_names: FxHashSet<String>,
    parts: Vec<Part>,
}

/// What a decorator makes of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Method,
    Static,
    Class,
    /// The face's `__getattr__` and `__setattr__` reach it.
    Attribute,
}

impl Writer<'_, '_> {
    fn text(&mut self, text: impl Into<String>) {
        self.parts.push(Part::Text(text.into()));
    }

    fn write(&mut self) {
        let bases: Vec<String> = self
            .class
            .bases
            .iter()
            .filter(|base| matches!(base.target, Target::Class(base) if self.plan.faces.iter().any(|face| face.class == base)))
            .map(|base| self.tree.slice(base.range).to_string())
            .collect();
        let unit = self.unit;
        self.text(format!("\n\n\nclass {}(", self.class.name));
        if bases.is_empty() {
            self.parts.push(Part::Helper("SyncFace"));
        } else {
            self.text(bases.join(", "));
        }
        self.text(format!(
            ", asynchronous={0}):\n{unit}\"\"\"The synchronous face of `{0}`, for code without an event loop.\"\"\"",
            self.face.name
        ));
        self.attributes();
        self.constructor(bases.is_empty());
        for statement in &self.syntax.body {
            if let Stmt::FunctionDef(method) = statement {
                self.method(method);
            }
        }
    }

    /// Attributes of the class, which the face's class has as well.
    fn attributes(&mut self) {
        let mut first = true;
        for statement in &self.syntax.body {
            let name = match statement {
                Stmt::Assign(assign) => match assign.targets.as_slice() {
                    [Expr::Name(name)] => name.id.as_str(),
                    _ => continue,
                },
                Stmt::AnnAssign(assign) if assign.value.is_some() => match &*assign.target {
                    Expr::Name(name) => name.id.as_str(),
                    _ => continue,
                },
                Stmt::ClassDef(nested) => nested.name.as_str(),
                _ => continue,
            };
            if name.starts_with('_') {
                continue;
            }
            let blank = if std::mem::take(&mut first) { "\n" } else { "" };
            self.text(format!("{blank}\n{}{name} = ", self.unit));
            self.parts.push(Part::Helper("FaceAttribute"));
            self.text("()");
        }
    }

    /// Without an `__init__` of its own, the face has that of its base: it makes an object of the class that goes with the face.
    fn constructor(&mut self, is_direct: bool) {
        let own = self
            .syntax
            .body
            .iter()
            .find_map(|statement| match statement {
                Stmt::FunctionDef(method) if method.name.as_str() == "__init__" => Some(method),
                _ => None,
            });
        let Some(own) = own else { return };
        let (signature, arguments) = self.signature(own);
        let receiver = receiver_of(&signature);
        let unit = self.unit;
        self.text(format!(
            "\n\n{unit}def __init__({signature}):\n{unit}{unit}"
        ));
        if is_direct {
            self.text(format!("super().__init__({arguments})"));
        } else {
            // That of the base may have other parameters.
            self.parts.push(Part::Helper("SyncFace"));
            self.text(format!(".__init__({})", joined(receiver, &arguments)));
        }
    }

    fn method(&mut self, method: &ast::StmtFunctionDef) {
        let name = method.name.as_str();
        let is_dunder = name.starts_with("__") && name.ends_with("__");
        if name == "__init__" || NOT_FACED.contains(&name) || (name.starts_with('_') && !is_dunder)
        {
            return;
        }
        let Some((facts, color)) = self.facts(method) else {
            return;
        };
        let suspends = color == Color::Async;
        let form = self.form(method);
        let (signature, arguments) = self.signature(method);
        // What an asynchronous generator returns is written there in another way, and the import of the old one may go.
        let returns = match method.returns.as_deref() {
            Some(returns) if !(suspends && facts.is_generator) => {
                format!(" -> {}", self.tree.slice(returns.range()))
            }
            _ => String::new(),
        };
        let unit = self.unit;
        let asynchronous = &self.face.name;
        let receiver = receiver_of(&signature);
        let head = |decorator: &str| {
            format!("\n\n{decorator}{unit}def {name}({signature}){returns}:\n{unit}{unit}return ")
        };
        let is_manager = method.decorator_list.iter().any(|decorator| {
            self.tree
                .slice(decorator.expression.range())
                .ends_with("contextmanager")
        });
        let held = match name {
            "__enter__" if suspends => "__aenter__",
            "__exit__" if suspends => "__aexit__",
            _ => name,
        };
        let target = joined(&format!("{receiver}._async.{held}"), &arguments);
        let written = match form {
            Form::Attribute => return,
            Form::Static if !suspends => {
                format!("\n\n{unit}{name} = staticmethod({asynchronous}.{name})")
            }
            Form::Static => format!(
                "{}{}._call({})",
                head(&format!("{unit}@staticmethod\n")),
                self.class.name,
                joined(&format!("{asynchronous}.{name}"), &arguments)
            ),
            Form::Class => format!(
                "{}{receiver}._call({})",
                head(&format!("{unit}@classmethod\n")),
                joined(&format!("{receiver}._asynchronous.{name}"), &arguments)
            ),
            Form::Method if (facts.is_generator && !suspends) || SHOWS_ITSELF.contains(&name) => {
                format!("{}{receiver}._async.{name}({arguments})", head(""))
            }
            Form::Method if is_manager => format!("{}{receiver}._enter({target})", head("")),
            Form::Method if facts.is_generator => {
                format!("{}{receiver}._iterate({target})", head(""))
            }
            Form::Method => format!("{}{receiver}._call({target})", head("")),
        };
        self.text(written);
    }

    fn facts(&self, method: &ast::StmtFunctionDef) -> Option<(&Function, Color)> {
        let id = self.class.methods.get(method.name.as_str())?;
        let facts = self.program.functions.get(id.0 as usize)?;
        // Of several definitions the last counts.
        (facts.name_range == method.name.range())
            .then_some((facts, self.plan.functions.get(id.0 as usize)?.color))
    }

    fn form(&self, method: &ast::StmtFunctionDef) -> Form {
        let mut form = Form::Method;
        for decorator in &method.decorator_list {
            let text = self.tree.slice(decorator.expression.range());
            let last = text.rsplit('.').next().unwrap_or(text);
            match last {
                "staticmethod" => form = Form::Static,
                "classmethod" => form = Form::Class,
                "property" | "cached_property" | "setter" | "deleter" | "getter" => {
                    return Form::Attribute;
                }
                _ => {}
            }
        }
        form
    }

    /// The parameters as they are written, and the arguments that hand them on (without the receiver).
    fn signature(&self, method: &ast::StmtFunctionDef) -> (String, String) {
        let parameters = &method.parameters;
        let bound = self.form(method) != Form::Static;
        let whole = self.tree.slice(parameters.range());
        let can_be_repeated = !whole.contains('\n')
            && parameters.iter_non_variadic_params().all(|parameter| {
                parameter
                    .default()
                    .is_none_or(|default| self.is_stable(default))
            });
        let positional: Vec<&ast::ParameterWithDefault> = parameters
            .posonlyargs
            .iter()
            .chain(&parameters.args)
            .collect();
        let receiver = match positional.first() {
            Some(first) if bound => first.parameter.name.as_str(),
            _ if bound => "self",
            _ => "",
        };
        if !can_be_repeated || (bound && positional.is_empty()) {
            return (
                joined(receiver, "*args, **kwargs"),
                "*args, **kwargs".to_string(),
            );
        }
        let mut arguments: Vec<String> = positional
            .iter()
            .skip(usize::from(bound))
            .map(|one| one.parameter.name.to_string())
            .collect();
        if let Some(rest) = &parameters.vararg {
            arguments.push(format!("*{}", rest.name));
        }
        arguments.extend(
            parameters
                .kwonlyargs
                .iter()
                .map(|one| format!("{0}={0}", one.parameter.name)),
        );
        if let Some(rest) = &parameters.kwarg {
            arguments.push(format!("**{}", rest.name));
        }
        let whole = whole
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'))
            .unwrap_or(whole);
        (whole.trim().to_string(), arguments.join(", "))
    }

    /// Evaluated once more, behind the class, the default is the same.
    fn is_stable(&self, default: &Expr) -> bool {
        match default {
            Expr::Name(name) => !self.class_names.contains(name.id.as_str()),
            Expr::Attribute(attribute) => self.is_stable(&attribute.value),
            Expr::UnaryOp(operation) => self.is_stable(&operation.operand),
            Expr::Tuple(tuple) => tuple.elts.iter().all(|element| self.is_stable(element)),
            Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => true,
            _ => false,
        }
    }
}

/// The name of the first parameter.
fn receiver_of(signature: &str) -> &str {
    signature.split([',', ':']).next().unwrap_or("self").trim()
}

/// Two parts of a list of arguments.
fn joined(first: &str, rest: &str) -> String {
    match (first.is_empty(), rest.is_empty()) {
        (false, false) => format!("{first}, {rest}"),
        _ => format!("{first}{rest}"),
    }
}

fn bound_names(body: &[Stmt]) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for statement in body {
        match statement {
            Stmt::Assign(assign) => {
                names.extend(assign.targets.iter().filter_map(|target| match target {
                    Expr::Name(name) => Some(name.id.to_string()),
                    _ => None,
                }));
            }
            Stmt::AnnAssign(assign) => {
                if let Expr::Name(name) = &*assign.target {
                    names.insert(name.id.to_string());
                }
            }
            Stmt::FunctionDef(function) => {
                names.insert(function.name.to_string());
            }
            Stmt::ClassDef(class) => {
                names.insert(class.name.to_string());
            }
            _ => {}
        }
    }
    names
}
