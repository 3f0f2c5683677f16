//! Objects that one function makes for itself.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use ungreen_callgraph::{
    CallId, CallKind, CallSite, ClassId, FileId, FuncId, FunctionKind, Place, Target,
};

use crate::Input;
use crate::faces::Role;

/// How many calls and names may stand between an object and a receiver.
const RECEIVERS: usize = 16;

/// All objects on which the calls work are made in the function, under names on which nothing is done but what `name.attribute` and
/// `with name` do.
pub(crate) fn keeps_to_itself(
    input: &Input<'_>,
    caller: FuncId,
    calls: &[(CallId, Role)],
    methods: &FxHashMap<FuncId, (ClassId, usize)>,
) -> bool {
    let program = input.program;
    let Some(facts) = program.functions.get(caller.0 as usize) else {
        return false;
    };
    let (Some(module), Some(file)) = (
        input.modules.get(facts.file.0 as usize),
        program.files.get(facts.file.0 as usize),
    ) else {
        return false;
    };
    let mut uses = Uses::new(facts.file);
    match facts.kind {
        FunctionKind::Module => {
            if input.importers.contains_key(&file.module) {
                return false;
            }
            uses.visit_body(&module.syntax.body);
        }
        FunctionKind::Def => match find_function(&module.syntax.body, facts.name_range) {
            Some(function) => {
                uses.others
                    .extend(function.parameters.iter().map(|p| p.name().id.to_string()));
                uses.visit_body(&function.body);
            }
            None => return false,
        },
        FunctionKind::ClassBody | FunctionKind::Lambda => return false,
    }
    let own = Own {
        input,
        methods,
        uses: &uses,
        calls: calls
            .iter()
            .filter_map(|(call, role)| Some((program.calls.get(call.0 as usize)?, *role)))
            .collect(),
    };
    own.is_complete()
}

/// What one function does with the objects that it makes.
struct Own<'a> {
    input: &'a Input<'a>,
    methods: &'a FxHashMap<FuncId, (ClassId, usize)>,
    uses: &'a Uses,
    /// The calls that make or use an object.
    calls: Vec<(&'a CallSite, Role)>,
}

impl Own<'_> {
    fn is_complete(&self) -> bool {
        self.calls.iter().all(|(site, role)| match role {
            Role::Makes => match self.uses.bound.get(&site.range) {
                Some(name) => self.is_own_name(name, RECEIVERS),
                // `Client().get()`, `with Client():`, or a statement of its own.
                None => self.uses.passing.contains(&site.range),
            },
            Role::Calls => self.receiver(site).is_some_and(|receiver| {
                self.is_own(receiver, RECEIVERS) || self.is_class(site, receiver)
            }),
        })
    }

    fn receiver(&self, site: &CallSite) -> Option<TextRange> {
        match site.kind {
            CallKind::Call => self.uses.receivers.get(&site.callee).copied(),
            CallKind::With | CallKind::Iterate => Some(site.range),
            // `client.alive` of a property, and `len(client)`.
            CallKind::Implicit => {
                let receiver = self.uses.receivers.get(&site.range);
                Some(receiver.copied().unwrap_or(site.range))
            }
            CallKind::Decorate => None,
        }
    }

    /// `Client.check(key)`: no object is at stake.
    fn is_class(&self, site: &CallSite, receiver: TextRange) -> bool {
        let program = self.input.program;
        let written = self
            .input
            .modules
            .get(site.file.0 as usize)
            .and_then(|module| module.source.get(receiver.to_std_range()));
        let imported = program
            .files
            .get(site.file.0 as usize)
            .into_iter()
            .flat_map(|file| &file.imports)
            .find(|binding| Some(binding.name.as_str()) == written)
            .and_then(|binding| binding.target.rsplit('.').next());
        let name = imported.or(written);
        self.methods.keys().any(|method| {
            program
                .functions
                .get(method.0 as usize)
                .and_then(|facts| program.classes.get(facts.class?.0 as usize))
                .is_some_and(|class| Some(class.name.as_str()) == name)
        })
    }

    /// The expression is an object that the function made, or what a method of one gave. `depth` bounds the length of a chain of calls.
    fn is_own(&self, expression: TextRange, depth: usize) -> bool {
        if let Some(name) = self.uses.loads.get(&expression) {
            return self.is_own_name(name, depth);
        }
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        self.calls.iter().any(|(site, role)| {
            site.range == expression
                && match role {
                    Role::Makes => true,
                    Role::Calls => {
                        site.kind == CallKind::Call
                            && self
                                .receiver(site)
                                .is_some_and(|receiver| self.is_own(receiver, depth))
                    }
                }
        })
    }

    /// The name stands for such objects only, and nothing else gets hold of them.
    fn is_own_name(&self, name: &str, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let mut values = self.uses.bindings.iter().filter(|(bound, _)| bound == name);
        !self.uses.others.contains(name)
            && values.clone().next().is_some()
            && values.all(|(_, value)| self.is_own(*value, depth))
            && self
                .uses
                .arguments
                .iter()
                .filter(|(argument, _)| argument == name)
                .all(|(_, call)| self.keeps_nothing(*call))
    }

    /// The call runs methods of these classes, or code outside the program that cannot hand the argument to the program.
    fn keeps_nothing(&self, call: Place) -> bool {
        let program = self.input.program;
        let Some(site) = program
            .call_index
            .get(&call)
            .and_then(|id| program.calls.get(id.0 as usize))
        else {
            return false;
        };
        !site.edges.is_empty()
            && site.edges.iter().all(|edge| match &edge.target {
                Target::Function(function) => self.methods.contains_key(function),
                Target::External(_) => edge.argument.is_none(),
                Target::Class(_) | Target::Entry { .. } => false,
            })
    }
}

fn find_function(body: &[Stmt], name: TextRange) -> Option<&ast::StmtFunctionDef> {
    struct Finder<'a> {
        name: TextRange,
        found: Option<&'a ast::StmtFunctionDef>,
    }
    impl<'a> Visitor<'a> for Finder<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if self.found.is_some() || !statement.range().contains_range(self.name) {
                return;
            }
            if let Stmt::FunctionDef(function) = statement
                && function.name.range() == self.name
            {
                self.found = Some(function);
                return;
            }
            visitor::walk_stmt(self, statement);
        }
    }
    let mut finder = Finder { name, found: None };
    finder.visit_body(body);
    finder.found
}

/// How the names of one function are used.
struct Uses {
    file: FileId,
    /// Value to the name that it is bound to.
    bound: FxHashMap<TextRange, String>,
    /// Every binding by an assignment or a `with`, with its value.
    bindings: Vec<(String, TextRange)>,
    /// Names that are used or bound in another way, or in another function.
    others: FxHashSet<String>,
    /// Expressions that are a receiver, a context or a statement, and nothing more.
    passing: FxHashSet<TextRange>,
    /// `object.attribute` to `object`.
    receivers: FxHashMap<TextRange, TextRange>,
    /// Names that are read as receivers, contexts or arguments.
    loads: FxHashMap<TextRange, String>,
    /// Names that are arguments of a call.
    arguments: Vec<(String, Place)>,
    nested: bool,
}

impl Uses {
    fn new(file: FileId) -> Self {
        Self {
            file,
            bound: FxHashMap::default(),
            bindings: Vec::new(),
            others: FxHashSet::default(),
            passing: FxHashSet::default(),
            receivers: FxHashMap::default(),
            loads: FxHashMap::default(),
            arguments: Vec::new(),
            nested: false,
        }
    }

    fn bind(&mut self, target: &Expr, value: &Expr) {
        if let Expr::Name(name) = target {
            self.bound.insert(value.range(), name.id.to_string());
            self.bindings.push((name.id.to_string(), value.range()));
        } else {
            self.visit_expr(target);
        }
    }

    /// What is done with the value of the expression is seen.
    fn pass(&mut self, expression: &Expr) {
        self.passing.insert(expression.range());
        match expression {
            Expr::Name(name) if !self.nested => {
                self.loads.insert(name.range(), name.id.to_string());
            }
            _ => self.visit_expr(expression),
        }
    }
}

impl<'a> Visitor<'a> for Uses {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                match assign.targets.as_slice() {
                    [target] => self.bind(target, &assign.value),
                    targets => targets.iter().for_each(|target| self.visit_expr(target)),
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                    self.bind(&assign.target, value);
                }
            }
            Stmt::With(with) => {
                for item in &with.items {
                    self.pass(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.bind(target, &item.context_expr);
                    }
                }
                self.visit_body(&with.body);
            }
            Stmt::Expr(expression) => self.pass(&expression.value),
            Stmt::Global(global) => {
                self.others
                    .extend(global.names.iter().map(|name| name.id.to_string()));
            }
            Stmt::Nonlocal(nonlocal) => {
                self.others
                    .extend(nonlocal.names.iter().map(|name| name.id.to_string()));
            }
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {
                let outer = std::mem::replace(&mut self.nested, true);
                visitor::walk_stmt(self, statement);
                self.nested = outer;
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                self.others.insert(name.id.to_string());
            }
            Expr::Attribute(attribute) => {
                self.receivers
                    .insert(attribute.range(), attribute.value.range());
                self.pass(&attribute.value);
            }
            Expr::Compare(compare) => {
                self.pass(&compare.left);
                compare
                    .comparators
                    .iter()
                    .for_each(|operand| self.pass(operand));
            }
            Expr::Call(call) => {
                self.visit_expr(&call.func);
                for argument in call.arguments.iter_source_order() {
                    match argument.value() {
                        Expr::Name(name) if !self.nested => {
                            let place = Place {
                                file: self.file,
                                range: call.range(),
                            };
                            self.loads.insert(name.range(), name.id.to_string());
                            self.arguments.push((name.id.to_string(), place));
                        }
                        value => self.visit_expr(value),
                    }
                }
            }
            Expr::Lambda(_) => {
                let outer = std::mem::replace(&mut self.nested, true);
                visitor::walk_expr(self, expression);
                self.nested = outer;
            }
            _ => visitor::walk_expr(self, expression),
        }
    }
}
