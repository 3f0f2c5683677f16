//! What the names of a file denote, scope by scope.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, ExprContext, Pattern, Stmt};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::modules::Locations;

/// One way in which a scope binds a name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Binding<'a> {
    /// `import a`, `import a.b`: the name denotes `a`. `import a.b as c`: it denotes `a.b`.
    Module(&'a str),
    /// `from m import member`; `level` counts the dots before `m`.
    Member {
        level: u32,
        module: &'a str,
        member: &'a str,
    },
    /// The value of an expression of the same scope.
    Value(&'a Expr),
    /// What `with expression as name` binds.
    Entered(&'a Expr),
    Class(&'a ast::StmtClassDef),
    /// The first parameter of a method.
    Receiver,
    /// Something that is not followed: a parameter, a loop's target, a function.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
}

/// The bindings of one scope.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) kind: ScopeKind,
    pub(crate) names: FxHashMap<&'a str, Vec<Binding<'a>>>,
    /// Modules of `from m import *`, with the number of dots.
    pub(crate) stars: Vec<(u32, &'a str)>,
    /// Names that `global` or `nonlocal` send to an outer scope.
    outer: FxHashSet<&'a str>,
}

impl<'a> Scope<'a> {
    pub(crate) fn module(body: &'a [Stmt]) -> Self {
        Self::of(ScopeKind::Module, body)
    }

    pub(crate) fn class(class: &'a ast::StmtClassDef) -> Self {
        Self::of(ScopeKind::Class, &class.body)
    }

    /// `is_method`: its first parameter is the object.
    pub(crate) fn function(function: &'a ast::StmtFunctionDef, is_method: bool) -> Self {
        let mut scope = Self::of(ScopeKind::Function, &function.body);
        scope.parameters(&function.parameters);
        if is_method && let Some(first) = function.parameters.iter_non_variadic_params().next() {
            scope
                .names
                .insert(first.parameter.name.as_str(), vec![Binding::Receiver]);
        }
        scope
    }

    pub(crate) fn lambda(lambda: &'a ast::ExprLambda) -> Self {
        let mut scope = Self::of(ScopeKind::Function, &[]);
        if let Some(parameters) = &lambda.parameters {
            scope.parameters(parameters);
        }
        scope
    }

    pub(crate) fn comprehension(generators: &'a [ast::Comprehension]) -> Self {
        let mut scope = Self::of(ScopeKind::Function, &[]);
        for generator in generators {
            scope.visit_expr(&generator.target);
        }
        scope
    }

    fn of(kind: ScopeKind, body: &'a [Stmt]) -> Self {
        let mut scope = Self {
            kind,
            names: FxHashMap::default(),
            stars: Vec::new(),
            outer: FxHashSet::default(),
        };
        scope.visit_body(body);
        for name in &scope.outer {
            scope.names.remove(name);
        }
        scope
    }

    fn parameters(&mut self, parameters: &'a ast::Parameters) {
        for parameter in parameters {
            self.bind(parameter.name().as_str(), Binding::Other);
        }
    }

    fn bind(&mut self, name: &'a str, binding: Binding<'a>) {
        self.names.entry(name).or_default().push(binding);
    }

    fn assign(&mut self, target: &'a Expr, value: &'a Expr) {
        match target {
            Expr::Name(name) => self.bind(&name.id, Binding::Value(value)),
            _ => self.visit_expr(target),
        }
    }
}

impl<'a> Visitor<'a> for Scope<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let whole = alias.name.as_str();
                    match &alias.asname {
                        Some(name) => self.bind(name, Binding::Module(whole)),
                        None => {
                            let first = whole.split('.').next().unwrap_or(whole);
                            self.bind(first, Binding::Module(first));
                        }
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        self.stars.push((import.level, module));
                    } else {
                        let name = alias.asname.as_ref().unwrap_or(&alias.name);
                        let binding = Binding::Member {
                            level: import.level,
                            module,
                            member: &alias.name,
                        };
                        self.bind(name, binding);
                    }
                }
            }
            Stmt::FunctionDef(function) => self.bind(&function.name, Binding::Other),
            Stmt::ClassDef(class) => self.bind(&class.name, Binding::Class(class)),
            Stmt::Global(global) => self
                .outer
                .extend(global.names.iter().map(|name| name.as_str())),
            Stmt::Nonlocal(nonlocal) => {
                self.outer
                    .extend(nonlocal.names.iter().map(|name| name.as_str()));
            }
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                for target in &assign.targets {
                    self.assign(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                    self.assign(&assign.target, value);
                } else {
                    self.visit_expr(&assign.target);
                }
            }
            Stmt::With(with) => {
                for item in &with.items {
                    self.visit_expr(&item.context_expr);
                    match item.optional_vars.as_deref() {
                        Some(Expr::Name(name)) => {
                            self.bind(&name.id, Binding::Entered(&item.context_expr));
                        }
                        Some(target) => self.visit_expr(target),
                        None => {}
                    }
                }
                self.visit_body(&with.body);
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx == ExprContext::Store => {
                self.bind(&name.id, Binding::Other);
            }
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                self.assign(&named.target, &named.value);
            }
            // Scopes of their own; a walrus in a comprehension is rare enough to be missed.
            Expr::Lambda(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_) => {}
            _ => visitor::walk_expr(self, expression),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(name, Binding::Other);
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(ast::PatternMatchAs {
                name: Some(name), ..
            })
            | Pattern::MatchStar(ast::PatternMatchStar {
                name: Some(name), ..
            })
            | Pattern::MatchMapping(ast::PatternMatchMapping {
                rest: Some(name), ..
            }) => self.bind(name, Binding::Other),
            _ => {}
        }
        visitor::walk_pattern(self, pattern);
    }
}

/// What an expression denotes, as far as it concerns Eventlet or greenlet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Denoted {
    /// A module, class, function or other name, by its dotted name: `eventlet.green.socket`.
    Name(String),
    /// An object of the class with this canonical name.
    Instance(&'static str),
    /// A class of the program that derives from the class with this canonical name.
    Subclass(&'static str),
}

/// The scopes around a place of one file.
pub(crate) struct Names<'a, 'l> {
    pub(crate) path: &'a str,
    pub(crate) locations: &'l Locations,
    pub(crate) scopes: Vec<Scope<'a>>,
    /// For each class around the place: what attributes of its objects denote.
    pub(crate) attributes: Vec<FxHashMap<&'a str, Denoted>>,
}

/// Bounds chains of names that denote one another.
const FUEL: u32 = 24;

impl<'a> Names<'a, '_> {
    /// What the expression denotes at the innermost scope.
    pub(crate) fn denoted(&self, expression: &'a Expr) -> Option<Denoted> {
        self.denoted_at(expression, self.scopes.len(), FUEL)
    }

    /// What a name denotes at module level.
    pub(crate) fn exported(&self, name: &str) -> Option<Denoted> {
        self.name_at(name, 1, FUEL)
    }

    fn denoted_at(&self, expression: &'a Expr, depth: usize, fuel: u32) -> Option<Denoted> {
        let fuel = fuel.checked_sub(1)?;
        match expression {
            Expr::Name(name) => self.name_at(&name.id, depth, fuel),
            Expr::Attribute(attribute) => {
                if self.is_receiver(&attribute.value, depth) {
                    let attributes = self.attributes.last()?;
                    return attributes.get(attribute.attr.as_str()).cloned();
                }
                match self.denoted_at(&attribute.value, depth, fuel)? {
                    Denoted::Name(dotted) => self.member(&dotted, &attribute.attr),
                    Denoted::Instance(class) | Denoted::Subclass(class) => {
                        let dotted = format!("{class}.{}", attribute.attr);
                        ungreen_catalog::catalog()
                            .entry(&dotted)
                            .map(|entry| Denoted::Name(entry.name.clone()))
                    }
                }
            }
            Expr::Call(call) => match self.denoted_at(&call.func, depth, fuel)? {
                Denoted::Name(dotted) => result_of(&dotted),
                Denoted::Subclass(class) => Some(Denoted::Instance(class)),
                Denoted::Instance(_) => None,
            },
            Expr::Named(named) => self.denoted_at(&named.value, depth, fuel),
            Expr::Await(awaited) => self.denoted_at(&awaited.value, depth, fuel),
            Expr::BoolOp(operation) => operation
                .values
                .iter()
                .find_map(|value| self.denoted_at(value, depth, fuel)),
            Expr::If(conditional) => self
                .denoted_at(&conditional.body, depth, fuel)
                .or_else(|| self.denoted_at(&conditional.orelse, depth, fuel)),
            _ => None,
        }
    }

    fn is_receiver(&self, expression: &Expr, depth: usize) -> bool {
        let Expr::Name(name) = expression else {
            return false;
        };
        self.find(&name.id, depth)
            .is_some_and(|(_, bindings)| matches!(bindings, [Binding::Receiver]))
    }

    /// The bindings of a name as seen from the innermost of the `depth` outermost scopes, and how many scopes see them.
    fn find(&self, name: &str, depth: usize) -> Option<(usize, &[Binding<'a>])> {
        let visible = self.scopes.get(..depth)?;
        visible
            .iter()
            .enumerate()
            .rev()
            .filter(|(index, scope)| scope.kind != ScopeKind::Class || index + 1 == depth)
            .find_map(|(index, scope)| {
                scope
                    .names
                    .get(name)
                    .map(|found| (index + 1, found.as_slice()))
            })
    }

    fn name_at(&self, name: &str, depth: usize, fuel: u32) -> Option<Denoted> {
        let fuel = fuel.checked_sub(1)?;
        let Some((depth, bindings)) = self.find(name, depth) else {
            return self.star_import(name);
        };
        bindings.iter().find_map(|binding| match binding {
            Binding::Module(dotted) => self.known(dotted),
            Binding::Member {
                level,
                module,
                member,
            } => {
                let module = self.locations.absolute(self.path, *level, module)?;
                self.member(&module, member)
            }
            Binding::Value(value) => self.denoted_at(value, depth, fuel),
            Binding::Entered(value) => match self.denoted_at(value, depth, fuel)? {
                // Objects of Eventlet's classes give themselves; a pool's item is something of the program's.
                instance @ Denoted::Instance(_) => Some(instance),
                Denoted::Name(_) | Denoted::Subclass(_) => None,
            },
            Binding::Class(class) => {
                class
                    .bases()
                    .iter()
                    .find_map(|base| match self.denoted_at(base, depth, fuel)? {
                        Denoted::Name(base) => match result_of(&base)? {
                            Denoted::Instance(class) => Some(Denoted::Subclass(class)),
                            _ => None,
                        },
                        subclass @ Denoted::Subclass(_) => Some(subclass),
                        Denoted::Instance(_) => None,
                    })
            }
            Binding::Receiver | Binding::Other => None,
        })
    }

    fn star_import(&self, name: &str) -> Option<Denoted> {
        let module_scope = self.scopes.first()?;
        module_scope.stars.iter().find_map(|(level, module)| {
            let module = self.locations.absolute(self.path, *level, module)?;
            let dotted = format!("{module}.{name}");
            if is_green(&module) {
                // Only names that are known: any other may come from elsewhere.
                ungreen_catalog::catalog()
                    .entry(&dotted)
                    .map(|_| Denoted::Name(dotted))
            } else {
                self.locations.export(&module, name)
            }
        })
    }

    fn member(&self, of: &str, name: &str) -> Option<Denoted> {
        if is_green(of) {
            return Some(Denoted::Name(format!("{of}.{name}")));
        }
        self.locations
            .export(of, name)
            .or_else(|| self.known(&format!("{of}.{name}")))
    }

    /// Keeps only what leads to Eventlet: its own names, and modules of the program that hand them on.
    fn known(&self, dotted: &str) -> Option<Denoted> {
        (is_green(dotted) || self.locations.leads_to_exports(dotted))
            .then(|| Denoted::Name(dotted.to_string()))
    }
}

/// The name belongs to Eventlet or greenlet.
pub(crate) fn is_green(dotted: &str) -> bool {
    matches!(dotted.split('.').next(), Some("eventlet" | "greenlet"))
}

/// What a call of the named thing returns.
fn result_of(dotted: &str) -> Option<Denoted> {
    let catalog = ungreen_catalog::catalog();
    let entry = catalog.entry(dotted)?;
    match entry.kind {
        ungreen_catalog::Kind::Class | ungreen_catalog::Kind::Exception => {
            Some(Denoted::Instance(&entry.name))
        }
        _ => {
            let class = catalog.entry(entry.returns.as_deref()?)?;
            (class.kind == ungreen_catalog::Kind::Class).then_some(Denoted::Instance(&class.name))
        }
    }
}
