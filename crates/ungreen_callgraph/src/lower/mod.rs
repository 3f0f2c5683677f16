//! From one tree to [`FileIr`], in one pass.

mod assign;
mod define;
mod expression;
mod extent;
mod imports;
mod modes;
mod pattern;
mod scope;
mod statement;

use ruff_python_ast as ast;
use ruff_python_ast::Stmt;
use ruff_python_stdlib::identifiers::is_identifier;
use ruff_source_file::LineIndex;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{AttributeIr, Constant, FileIr, FunctionIr, Op, ReferenceIr, Spot, Sym, Var};
use crate::{FunctionKind, Module};
use scope::Bindings;

/// Lowers one file.
pub(crate) fn lower<'a>(module: &Module<'a>) -> FileIr<'a> {
    let mut lowerer = Lowerer {
        module_name: module.name,
        is_package: module.is_package,
        lines: LineIndex::from_source_text(module.source),
        source: module.source,
        ir: FileIr::default(),
        symbols: FxHashMap::default(),
        scopes: Vec::new(),
        shared: scope::shared_names(&module.syntax.body),
        constants: FxHashMap::default(),
        loads: FxHashMap::default(),
        free: FxHashMap::default(),
        lambdas: FxHashMap::default(),
        modes: FxHashMap::default(),
        type_checking: 0,
        annotating: false,
    };
    lowerer.module(&module.syntax.body, module.syntax.range());
    let mut ir = lowerer.ir;
    ir.shrink_to_fit();
    ir
}

/// A scope under construction.
struct Scope<'a> {
    kind: ScopeKind,
    /// Calls in the scope belong to this function.
    function: u32,
    names: FxHashMap<&'a str, Binding>,
    globals: FxHashSet<&'a str>,
    nonlocals: FxHashSet<&'a str>,
    /// What names with several bindings denote at this point, where that is known.
    versions: FxHashMap<&'a str, Var>,
    /// Class scopes: names that have been bound so far.
    bound: FxHashSet<&'a str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ScopeKind {
    Module,
    Class(u32),
    Function,
    Comprehension,
}

#[derive(Clone, Copy)]
struct Binding {
    /// Everything that the name may denote at any time.
    var: Var,
    /// The name is bound in several places of this scope only, so that what it denotes can be followed through the statements.
    versioned: bool,
    /// Index among the function's parameters, if it is one that is never bound again.
    parameter: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum ConstantKey {
    Name(Sym),
    Pattern(Sym, Sym),
    Index(i32),
    Builtin(Sym),
}

struct Lowerer<'a> {
    module_name: &'a str,
    is_package: bool,
    lines: LineIndex,
    source: &'a str,
    ir: FileIr<'a>,
    symbols: FxHashMap<&'a str, Sym>,
    scopes: Vec<Scope<'a>>,
    shared: FxHashSet<&'a str>,
    constants: FxHashMap<ConstantKey, Var>,
    /// Attributes read so far: `(function, base, name)`.
    loads: FxHashMap<(u32, Var, Sym), Var>,
    free: FxHashMap<Sym, Var>,
    /// Number of lambdas so far in each function.
    lambdas: FxHashMap<u32, u32>,
    /// Of functions that have two.
    modes: FxHashMap<u32, modes::Modes<'a>>,
    /// Depth of `if TYPE_CHECKING:`.
    type_checking: u32,
    /// The expression that is being lowered is an annotation.
    annotating: bool,
}

impl<'a> Lowerer<'a> {
    fn module(&mut self, body: &'a [Stmt], range: TextRange) {
        let returned = self.var();
        let yielded = self.var();
        self.ir.functions.push(FunctionIr {
            name: "<module>",
            qualname: "<module>".to_owned(),
            kind: FunctionKind::Module,
            parent: None,
            class: None,
            range,
            name_range: TextRange::empty(range.start()),
            line: 1,
            is_async: false,
            is_generator: false,
            is_stub: false,
            decorators: Vec::new(),
            parameters: Vec::new(),
            returned,
            yielded,
            declared: Var::NONE,
            returned_parameters: Vec::new(),
            modes: None,
            extent: None,
        });
        let mut bindings = Bindings::of(body);
        let mut shared: Vec<&'a str> = self.shared.iter().copied().collect();
        shared.sort_unstable();
        for name in shared {
            bindings.bind(name);
        }
        self.push_scope(ScopeKind::Module, 0, &bindings);
        self.body(body);
        if let Some(scope) = self.scopes.pop() {
            for name in &bindings.order {
                if let Some(binding) = scope.names.get(name) {
                    let symbol = self.symbol(name);
                    self.ir.globals.insert(symbol, binding.var);
                }
            }
        }
    }

    fn push_scope(&mut self, kind: ScopeKind, function: u32, bindings: &Bindings<'a>) {
        let mut names = FxHashMap::default();
        for name in &bindings.order {
            if bindings.globals.contains(name) || bindings.nonlocals.contains(name) {
                continue;
            }
            let several = bindings.counts.get(name).is_some_and(|count| *count > 1);
            names.insert(
                *name,
                Binding {
                    var: self.var(),
                    versioned: several && !self.shared.contains(name),
                    parameter: None,
                },
            );
        }
        self.scopes.push(Scope {
            kind,
            function,
            names,
            globals: bindings.globals.clone(),
            nonlocals: bindings.nonlocals.clone(),
            versions: FxHashMap::default(),
            bound: FxHashSet::default(),
        });
    }

    fn var(&mut self) -> Var {
        let var = Var(self.ir.vars);
        self.ir.vars += 1;
        var
    }

    fn symbol(&mut self, name: &'a str) -> Sym {
        *self.symbols.entry(name).or_insert_with(|| {
            self.ir.symbols.push(name);
            Sym(self.ir.symbols.len() as u32 - 1)
        })
    }

    fn op(&mut self, op: Op) {
        self.ir.ops.push(op);
    }

    fn copy(&mut self, from: Var, to: Var) {
        if !from.is_none() && !to.is_none() && from != to {
            self.op(Op::Copy { from, to });
        }
    }

    /// A new variable that holds what all of them hold; one of them if it is the only one.
    fn join(&mut self, vars: &[Var]) -> Var {
        let mut known = vars.iter().copied().filter(|var| !var.is_none());
        let Some(first) = known.next() else {
            return Var::NONE;
        };
        if known.clone().all(|var| var == first) {
            return first;
        }
        let joined = self.var();
        self.copy(first, joined);
        for var in known {
            self.copy(var, joined);
        }
        joined
    }

    fn constant(&mut self, value: Constant) -> Var {
        let key = match value {
            Constant::Name(name) => ConstantKey::Name(name),
            Constant::Pattern(prefix, suffix) => ConstantKey::Pattern(prefix, suffix),
            Constant::Index(index) => ConstantKey::Index(index),
            Constant::Builtin(class) => ConstantKey::Builtin(class),
            Constant::Function(_) | Constant::Class(_) | Constant::Display(_) => {
                let to = self.var();
                self.op(Op::Constant { value, to });
                return to;
            }
        };
        if let Some(var) = self.constants.get(&key) {
            return *var;
        }
        let to = self.var();
        self.op(Op::Constant { value, to });
        self.constants.insert(key, to);
        to
    }

    /// The function around the place that is being lowered.
    fn function(&self) -> u32 {
        self.scopes.last().map_or(0, |scope| scope.function)
    }

    fn spot(&self, range: TextRange) -> Spot {
        Spot {
            function: self.function(),
            range,
        }
    }

    fn line(&self, offset: TextSize) -> u32 {
        u32::try_from(self.lines.line_index(offset).get()).unwrap_or(u32::MAX)
    }

    /// The scope (by index) that a name belongs to when it is bound here.
    fn binding_scope(&self, name: &str) -> Option<usize> {
        let mut index = self.scopes.len();
        while index > 0 {
            index -= 1;
            let scope = self.scopes.get(index)?;
            if scope.names.contains_key(name) {
                return Some(index);
            }
            if scope.globals.contains(name) {
                return Some(0);
            }
            if scope.nonlocals.contains(name) {
                return (0..index).rev().find(|outer| {
                    self.scopes.get(*outer).is_some_and(|scope| {
                        scope.kind == ScopeKind::Function && scope.names.contains_key(name)
                    })
                });
            }
            if scope.kind != ScopeKind::Comprehension {
                return None;
            }
        }
        None
    }

    /// The variable that an assignment to the name writes.
    fn bind(&mut self, name: &'a str) -> Var {
        let Some(index) = self.binding_scope(name) else {
            // A name that only `:=` binds.
            let index = self
                .scopes
                .iter()
                .rposition(|scope| scope.kind != ScopeKind::Comprehension)
                .unwrap_or(0);
            let var = self.var();
            if let Some(scope) = self.scopes.get_mut(index) {
                scope.names.insert(
                    name,
                    Binding {
                        var,
                        versioned: false,
                        parameter: None,
                    },
                );
                scope.bound.insert(name);
            }
            return var;
        };
        let Some(scope) = self.scopes.get_mut(index) else {
            return Var::NONE;
        };
        scope.bound.insert(name);
        let Some(binding) = scope.names.get(name).copied() else {
            return Var::NONE;
        };
        if !binding.versioned {
            return binding.var;
        }
        let version = self.var();
        self.op(Op::Copy {
            from: version,
            to: binding.var,
        });
        if let Some(scope) = self.scopes.get_mut(index) {
            scope.versions.insert(name, version);
        }
        version
    }

    /// What a name denotes here.
    fn name(&mut self, name: &'a str) -> Var {
        let mut direct = true;
        for index in (0..self.scopes.len()).rev() {
            let Some(scope) = self.scopes.get(index) else {
                break;
            };
            if scope.globals.contains(name) {
                break;
            }
            if let Some(binding) = scope.names.get(name) {
                let visible = match scope.kind {
                    ScopeKind::Class(_) => direct && scope.bound.contains(name),
                    _ => true,
                };
                if visible {
                    let version = if direct {
                        scope.versions.get(name)
                    } else {
                        None
                    };
                    return *version.unwrap_or(&binding.var);
                }
            }
            direct &= scope.kind == ScopeKind::Comprehension;
        }
        if let Some(binding) = self.scopes.first().and_then(|scope| scope.names.get(name)) {
            return binding.var;
        }
        let symbol = self.symbol(name);
        if let Some(var) = self.free.get(&symbol) {
            return *var;
        }
        let var = self.var();
        self.free.insert(symbol, var);
        self.ir.free.push((symbol, var));
        var
    }

    fn load(
        &mut self,
        base: Var,
        name: Sym,
        range: TextRange,
        node: Option<&'a ast::ExprAttribute>,
        call: Option<TextRange>,
    ) -> Var {
        if base.is_none() {
            return Var::NONE;
        }
        let function = self.function();
        let value = match self.loads.get(&(function, base, name)) {
            Some(value) => *value,
            None => {
                let to = self.var();
                let spot = self.spot(range);
                self.op(Op::Load {
                    base,
                    name,
                    to,
                    spot,
                });
                self.loads.insert((function, base, name), to);
                to
            }
        };
        self.ir.attributes.push(AttributeIr {
            base,
            name,
            value,
            function,
            range,
            node,
            call,
        });
        value
    }

    fn annotation(&mut self, annotation: &'a ast::Expr) -> Var {
        let before = std::mem::replace(&mut self.annotating, true);
        let value = match annotation {
            ast::Expr::StringLiteral(text) => self.quoted(text),
            _ => self.expression(annotation),
        };
        self.annotating = before;
        value
    }

    /// `-> "drivers.Driver"`: a dotted name in quotes, in an annotation.
    fn quoted(&mut self, node: &'a ast::ExprStringLiteral) -> Var {
        let mut parts = node.value.to_str().split('.');
        if !parts.clone().all(is_identifier) {
            return Var::NONE;
        }
        let mut value = parts.next().map_or(Var::NONE, |first| self.name(first));
        for part in parts {
            let name = self.symbol(part);
            value = self.load(value, name, node.range(), None, None);
        }
        value
    }

    fn reference(&mut self, value: Var, range: TextRange) {
        if !value.is_none() {
            let function = self.function();
            self.ir.references.push(ReferenceIr {
                value,
                is_annotation: self.annotating,
                function,
                range,
            });
        }
    }
}
