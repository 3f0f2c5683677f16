//! The uses of Eventlet in one file.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;
use ungreen_catalog::{Entry, catalog};

use crate::bindings::{Binding, Denoted, Names, Scope, ScopeKind, is_green};
use crate::modules::Locations;
use crate::patching::{Event, Patching, Placed, import_event};

/// How a use is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UseKind {
    Import {
        /// The module of the program that hands the name on.
        through: Option<String>,
    },
    Call,
    Reference,
    /// A string that holds the name: `mock.patch("eventlet.sleep")`.
    Text,
}

#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) range: TextRange,
    pub(crate) kind: UseKind,
    /// Dotted name as far as known.
    pub(crate) dotted: String,
    pub(crate) entry: Option<&'static Entry>,
    pub(crate) patching: Option<Patching>,
}

/// What a walk over one file finds.
pub(crate) struct Uses<'a, 'l> {
    names: Names<'a, 'l>,
    pub(crate) found: Vec<Use>,
    pub(crate) events: Vec<Placed>,
    /// Number of the function body (0: the module's) around the place.
    body: usize,
    bodies: usize,
}

/// The names of a file at its top level.
pub(crate) fn top_level<'a, 'l>(
    path: &'a str,
    module: &'a ast::ModModule,
    locations: &'l Locations,
) -> Names<'a, 'l> {
    Names {
        path,
        locations,
        scopes: vec![Scope::module(&module.body)],
        attributes: Vec::new(),
    }
}

/// Walks the file. Must run on a large stack.
pub(crate) fn uses<'a, 'l>(
    path: &'a str,
    module: &'a ast::ModModule,
    locations: &'l Locations,
) -> Uses<'a, 'l> {
    let mut uses = Uses {
        names: top_level(path, module, locations),
        found: Vec::new(),
        events: Vec::new(),
        body: 0,
        bodies: 0,
    };
    uses.visit_body(&module.body);
    uses
}

impl<'a> Uses<'a, '_> {
    fn inside(&mut self, scope: Scope<'a>, work: impl FnOnce(&mut Self)) {
        self.names.scopes.push(scope);
        work(self);
        self.names.scopes.pop();
    }

    fn event(&mut self, range: TextRange, event: Event) {
        let scope = self.body;
        self.events.push(Placed {
            scope,
            range,
            event,
        });
    }

    fn found_import(&mut self, alias: &ast::Alias, dotted: String, through: Option<String>) {
        let entry = catalog().entry(&dotted);
        self.found.push(Use {
            range: alias.range(),
            kind: UseKind::Import { through },
            dotted,
            entry,
            patching: None,
        });
    }

    fn import(&mut self, import: &ast::StmtImport) {
        for alias in &import.names {
            if is_green(&alias.name) {
                self.found_import(alias, alias.name.to_string(), None);
            } else if let Some(event) = import_event(&alias.name, None) {
                self.event(alias.range(), event);
            }
        }
    }

    fn import_from(&mut self, import: &ast::StmtImportFrom) {
        let module = import.module.as_ref().map_or("", |module| module.as_str());
        let Some(module) = self
            .names
            .locations
            .absolute(self.names.path, import.level, module)
        else {
            return;
        };
        for alias in &import.names {
            if is_green(&module) {
                let dotted = match alias.name.as_str() {
                    "*" => module.clone(),
                    name => format!("{module}.{name}"),
                };
                self.found_import(alias, dotted, None);
            } else if let Some(Denoted::Name(dotted)) =
                self.names.locations.export(&module, &alias.name)
            {
                self.found_import(alias, dotted, Some(module.clone()));
            } else if let Some(event) = import_event(&module, Some(&alias.name)) {
                self.event(alias.range(), event);
            }
        }
    }

    /// What attributes of the class's objects denote, from its methods' assignments to them. The class's scope is the innermost.
    fn attributes(&mut self, class: &'a ast::StmtClassDef) -> FxHashMap<&'a str, Denoted> {
        let mut attributes = FxHashMap::default();
        if let Some(scope) = self.names.scopes.last() {
            let own: Vec<(&'a str, &'a Expr)> = scope
                .names
                .iter()
                .flat_map(|(name, bindings)| bindings.iter().map(move |binding| (*name, *binding)))
                .filter_map(|(name, binding)| match binding {
                    Binding::Value(value) => Some((name, value)),
                    _ => None,
                })
                .collect();
            for (name, value) in own {
                if let Some(denoted) = self.names.denoted(value) {
                    attributes.entry(name).or_insert(denoted);
                }
            }
        }
        let mut methods = Methods(Vec::new());
        methods.visit_body(&class.body);
        for method in methods.0 {
            let mut assignments = Assignments(Vec::new());
            assignments.visit_body(&method.body);
            if assignments.0.is_empty() {
                continue;
            }
            let receiver = method.parameters.iter_non_variadic_params().next();
            let Some(receiver) = receiver.map(|first| first.parameter.name.as_str()) else {
                continue;
            };
            self.inside(Scope::function(method, true), |inner| {
                for (object, attribute, value) in assignments.0 {
                    if object == receiver
                        && let Some(denoted) = inner.names.denoted(value)
                    {
                        attributes.entry(attribute).or_insert(denoted);
                    }
                }
            });
        }
        attributes
    }

    fn class(&mut self, class: &'a ast::StmtClassDef) {
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        if let Some(arguments) = &class.arguments {
            self.visit_arguments(arguments);
        }
        self.inside(Scope::class(class), |inner| {
            let attributes = inner.attributes(class);
            inner.names.attributes.push(attributes);
            inner.visit_body(&class.body);
            inner.names.attributes.pop();
        });
    }

    fn function(&mut self, function: &'a ast::StmtFunctionDef) {
        for decorator in &function.decorator_list {
            self.visit_decorator(decorator);
        }
        self.visit_parameters(&function.parameters);
        if let Some(returns) = &function.returns {
            self.visit_annotation(returns);
        }
        let is_method = self
            .names
            .scopes
            .last()
            .is_some_and(|scope| scope.kind == ScopeKind::Class);
        let outer = self.body;
        self.bodies += 1;
        self.body = self.bodies;
        self.inside(Scope::function(function, is_method), |inner| {
            inner.visit_body(&function.body);
        });
        self.body = outer;
    }

    /// A name or a chain of attributes. Looks for the longest part of it that has an entry.
    fn chain(&mut self, whole: &'a Expr, call: Option<&'a ast::ExprCall>) {
        let mut part = whole;
        let mut unknown: Option<(TextRange, String)> = None;
        let mut is_call = call;
        loop {
            if let Some(Denoted::Name(dotted)) = self.names.denoted(part)
                && is_green(&dotted)
            {
                if let Some(entry) = catalog().entry(&dotted) {
                    self.use_of(part.range(), dotted, Some(entry), is_call);
                    unknown = None;
                    break;
                }
                unknown.get_or_insert((part.range(), dotted));
            }
            match part {
                Expr::Attribute(attribute) => part = &attribute.value,
                _ => break,
            }
            is_call = None;
        }
        if let Some((range, dotted)) = unknown {
            self.use_of(range, dotted, None, call);
        }
        let mut base = whole;
        while let Expr::Attribute(attribute) = base {
            base = &attribute.value;
        }
        if !base.is_name_expr() {
            self.visit_expr(base);
        }
    }

    fn use_of(
        &mut self,
        range: TextRange,
        dotted: String,
        entry: Option<&'static Entry>,
        call: Option<&'a ast::ExprCall>,
    ) {
        let patching = call
            .filter(|_| entry.is_some_and(|entry| entry.name == "eventlet.monkey_patch"))
            .map(Patching::of);
        if let Some(patching) = &patching {
            self.event(range, Event::Patch(patching.clone()));
        } else if entry.is_some_and(|entry| entry.name == "eventlet.hubs.use_hub") && call.is_some()
        {
            self.event(range, Event::UseHub);
        }
        let kind = if call.is_some() {
            UseKind::Call
        } else {
            UseKind::Reference
        };
        self.found.push(Use {
            range,
            kind,
            dotted,
            entry,
            patching,
        });
    }

    fn text(&mut self, literal: &ast::ExprStringLiteral) {
        let text = literal.value.to_str();
        if !is_green(text) {
            return;
        }
        let entry = catalog().entry(text);
        if entry.is_some() || text == "eventlet" {
            self.found.push(Use {
                range: literal.range(),
                kind: UseKind::Text,
                dotted: text.to_string(),
                entry,
                patching: None,
            });
        }
    }
}

impl<'a> Visitor<'a> for Uses<'a, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::FunctionDef(function) => self.function(function),
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx == ExprContext::Load => self.chain(expression, None),
            Expr::Attribute(attribute) if attribute.ctx == ExprContext::Load => {
                self.chain(expression, None);
            }
            Expr::Call(call) => {
                match &*call.func {
                    callee @ (Expr::Name(_) | Expr::Attribute(_)) => {
                        self.chain(callee, Some(call));
                    }
                    callee => self.visit_expr(callee),
                }
                self.visit_arguments(&call.arguments);
            }
            Expr::StringLiteral(literal) => self.text(literal),
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameters(parameters);
                }
                self.inside(Scope::lambda(lambda), |inner| {
                    inner.visit_expr(&lambda.body)
                });
            }
            Expr::ListComp(ast::ExprListComp { generators, .. })
            | Expr::SetComp(ast::ExprSetComp { generators, .. })
            | Expr::DictComp(ast::ExprDictComp { generators, .. })
            | Expr::Generator(ast::ExprGenerator { generators, .. }) => {
                self.inside(Scope::comprehension(generators), |inner| {
                    visitor::walk_expr(inner, expression);
                });
            }
            _ => visitor::walk_expr(self, expression),
        }
    }
}

/// The methods in a class body, at any depth of `if` and `try`.
struct Methods<'a>(Vec<&'a ast::StmtFunctionDef>);

impl<'a> Visitor<'a> for Methods<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.0.push(function),
            Stmt::ClassDef(_) => {}
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, _expression: &'a Expr) {}
}

/// `(object, attribute, value)` of every `object.attribute = value`.
struct Assignments<'a>(Vec<(&'a str, &'a str, &'a Expr)>);

impl<'a> Assignments<'a> {
    fn take(&mut self, target: &'a Expr, value: &'a Expr) {
        if let Expr::Attribute(attribute) = target
            && let Expr::Name(object) = &*attribute.value
        {
            self.0.push((&object.id, &attribute.attr, value));
        }
    }
}

impl<'a> Visitor<'a> for Assignments<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.take(target, &assign.value);
                }
            }
            Stmt::AnnAssign(ast::StmtAnnAssign {
                target,
                value: Some(value),
                ..
            }) => self.take(target, value),
            Stmt::ClassDef(_) => {}
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, _expression: &'a Expr) {}
}
