//! From the files' own constraints to those of the program.

use rustc_hash::{FxHashMap, FxHashSet};

use super::action::Action;
use super::calls::{Argument, ArgumentKind, Invocation};
use super::contexts::ContextId;
use super::{ContainerId, MroEntry, NONE, Name, Node, Site, Solver, Spot, Unknown, Value, Var};
use crate::facts::is_builtin_name;
use crate::ir::{self, ClassIr, ContainerKind, FileIr, FunctionIr, ParameterKind};
use crate::{EdgeKind, FunctionKind, Module};

pub(crate) struct FileInfo<'p, 'a> {
    pub(crate) ir: &'p FileIr<'a>,
    pub(crate) name: Name,
    pub(crate) is_package: bool,
    pub(crate) globals: FxHashMap<Name, Var>,
    pub(super) stars: Vec<Name>,
    pub(super) exported: Option<Vec<Name>>,
    pub(crate) symbols: Vec<Name>,
    pub(crate) first_var: u32,
    pub(crate) first_function: u32,
    pub(crate) first_class: u32,
    /// Of the written calls.
    pub(super) first_invocation: u32,
    pub(super) first_site: u32,
    pub(super) displays: Vec<ContainerId>,
}

pub(crate) struct FunctionInfo<'p, 'a> {
    pub(crate) ir: &'p FunctionIr<'a>,
    pub(crate) file: u32,
    pub(crate) class: Option<u32>,
    pub(crate) parameters: Vec<Parameter>,
    pub(super) vararg: Option<ContainerId>,
    pub(super) kwarg: Option<ContainerId>,
    pub(super) returned: Var,
    pub(super) yielded: Var,
    pub(super) returned_parameters: Vec<u32>,
    pub(super) is_generator: bool,
    pub(super) is_async: bool,
    pub(crate) is_called: bool,
    /// The function as it is written; itself, unless it stands for one of the calls of that function.
    pub(crate) origin: u32,
    /// Where its variables are.
    pub(super) context: ContextId,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Name,
    pub(crate) var: Var,
    pub(crate) kind: ParameterKind,
    pub(super) default: Var,
    pub(super) has_default: bool,
    pub(super) annotation: Var,
}

impl FunctionInfo<'_, '_> {
    pub(crate) fn is_async(&self) -> bool {
        self.is_async
    }

    /// The variables of what it returns.
    pub(crate) fn vars_returned(&self, first_var: u32) -> Vec<Var> {
        let mut vars = vec![self.returned];
        vars.extend(
            (self.returned_parameters.iter())
                .filter_map(|index| self.parameters.get(*index as usize))
                .map(|parameter| parameter.var),
        );
        if let Some(modes) = &self.ir.modes {
            let own = [modes.applied, modes.configured, modes.either];
            vars.extend((own.iter().filter(|var| !var.is_none())).map(|var| first_var + var.0));
        }
        vars
    }

    pub(crate) fn is_generator(&self) -> bool {
        self.is_generator
    }

    /// What the function returns and yields.
    pub(crate) fn results(&self) -> [Var; 2] {
        [self.returned, self.yielded]
    }
}

pub(crate) struct ClassInfo<'p, 'a> {
    pub(crate) ir: &'p ClassIr<'a>,
    pub(crate) file: u32,
    /// What each base expression may denote.
    pub(crate) bases: Vec<Vec<MroEntry>>,
    pub(crate) mro: Vec<MroEntry>,
    pub(super) subclasses: Vec<u32>,
    /// Class attributes.
    pub(super) namespace: FxHashMap<Name, Var>,
    pub(super) instance_attributes: FxHashSet<Name>,
    pub(super) annotated: Vec<Name>,
    pub(super) lookups: Vec<u32>,
    pub(super) instantiations: Vec<u32>,
    pub(crate) is_instantiated: bool,
    pub(super) unknown_base: bool,
    /// Canonical name of the catalog class that it derives from.
    pub(crate) catalog_class: Option<&'static str>,
}

impl FunctionInfo<'_, '_> {
    pub(crate) fn returned_var(&self) -> Var {
        self.returned
    }
}

impl<'p, 'a> Solver<'p, 'a> {
    pub(super) fn link(&mut self, files: &'p [FileIr<'a>], modules: &'p [Module<'a>]) {
        let vars: usize = files.iter().map(|file| file.vars as usize).sum();
        let ops: usize = files.iter().map(|file| file.ops.len()).sum();
        let sites: usize = files.iter().map(|file| file.sites.len()).sum();
        // Solving adds once to twice as many. What stays unused is not backed by memory; moving a full table would be.
        self.nodes.reserve_exact(3 * vars);
        self.actions.reserve_exact(2 * ops);
        self.sites.reserve_exact(sites + sites / 8);
        self.invocations.reserve_exact(2 * sites);
        self.nodes.resize_with(vars, Node::default);
        let mut first_var = 0;
        for (ir, module) in files.iter().zip(modules) {
            let file = self.files.len() as u32;
            let symbols: Vec<Name> = ir
                .symbols
                .iter()
                .map(|symbol| self.names.id(symbol))
                .collect();
            let name = self.names.id(module.name);
            self.modules.entry(name).or_insert(file);
            let globals = ir
                .globals
                .iter()
                .map(|(symbol, var)| (symbols[symbol.0 as usize], first_var + var.0))
                .collect();
            let exported = ir
                .exported
                .as_ref()
                .map(|names| names.iter().map(|name| symbols[name.0 as usize]).collect());
            let stars = ir.stars.iter().map(|star| self.names.id(star)).collect();
            self.files.push(FileInfo {
                ir,
                name,
                is_package: module.is_package,
                globals,
                stars,
                exported,
                symbols,
                first_var,
                first_function: self.functions.len() as u32,
                first_class: self.classes.len() as u32,
                first_invocation: 0,
                first_site: 0,
                displays: Vec::new(),
            });
            self.link_definitions(file);
            first_var += ir.vars;
        }
        for file in 0..self.files.len() as u32 {
            self.link_names(file);
            self.link_ops(file);
        }
    }

    fn link_definitions(&mut self, file: u32) {
        let info = &self.files[file as usize];
        let (ir, first_var) = (info.ir, info.first_var);
        let symbols = info.symbols.clone();
        let global = |var: ir::Var| {
            if var.is_none() {
                NONE
            } else {
                first_var + var.0
            }
        };
        for function in 0..ir.functions.len() as u32 {
            self.link_function(file, function, ContextId::NONE);
        }
        for class in &ir.classes {
            let index = self.classes.len() as u32;
            self.classes.push(ClassInfo {
                ir: class,
                file,
                bases: vec![Vec::new(); class.bases.len()],
                mro: vec![MroEntry::Program(index)],
                subclasses: Vec::new(),
                namespace: class
                    .namespace
                    .iter()
                    .map(|(name, var)| (symbols[name.0 as usize], global(*var)))
                    .collect(),
                instance_attributes: class
                    .instance_attributes
                    .iter()
                    .map(|name| symbols[name.0 as usize])
                    .collect(),
                annotated: class
                    .annotated
                    .iter()
                    .map(|name| symbols[name.0 as usize])
                    .collect(),
                lookups: Vec::new(),
                instantiations: Vec::new(),
                is_instantiated: false,
                unknown_base: false,
                catalog_class: None,
            });
        }
    }

    /// Adds the function of that number in the file.
    pub(super) fn link_function(&mut self, file: u32, index: u32, context: ContextId) {
        let info = &self.files[file as usize];
        let (ir, first_class, origin) = (info.ir, info.first_class, info.first_function + index);
        let Some(function) = ir.functions.get(index as usize) else {
            return;
        };
        let parameters: Vec<Parameter> = function
            .parameters
            .iter()
            .map(|parameter| Parameter {
                name: info.symbols[parameter.name.0 as usize],
                var: self.var_in(file, context, parameter.var),
                kind: parameter.kind,
                default: self.var_in(file, context, parameter.default),
                has_default: parameter.has_default,
                annotation: self.var_in(file, context, parameter.annotation),
            })
            .collect();
        let returned = self.var_in(file, context, function.returned);
        let yielded = self.var_in(file, context, function.yielded);
        let class = function.class.map(|class| first_class + class);
        let mut vararg = None;
        let mut kwarg = None;
        for parameter in &parameters {
            let kind = match parameter.kind {
                ParameterKind::Vararg => ContainerKind::Tuple,
                ParameterKind::Kwarg => ContainerKind::Dict,
                _ => continue,
            };
            let container = self.new_container(kind);
            let value = self.value(Value::Container(container));
            self.add(parameter.var, value);
            if kind == ContainerKind::Tuple {
                vararg = Some(container);
            } else {
                kwarg = Some(container);
            }
        }
        if let (Some(class), FunctionKind::Def, Some(first)) =
            (class, function.kind, parameters.first())
        {
            self.receivers.insert(first.var, class);
        }
        self.functions.push(FunctionInfo {
            ir: function,
            file,
            class,
            parameters,
            vararg,
            kwarg,
            returned,
            yielded,
            returned_parameters: function.returned_parameters.clone(),
            is_generator: function.is_generator,
            is_async: function.is_async,
            is_called: false,
            origin,
            context,
        });
    }

    /// Bases, imports and names that the file does not bind.
    fn link_names(&mut self, file: u32) {
        let info = &self.files[file as usize];
        let (ir, first_var, first_class) = (info.ir, info.first_var, info.first_class);
        for (index, class) in ir.classes.iter().enumerate() {
            for (position, (_, base)) in class.bases.iter().enumerate() {
                if !base.is_none() {
                    let class = first_class + index as u32;
                    self.on(
                        first_var + base.0,
                        Action::Base {
                            class,
                            position: position as u32,
                        },
                    );
                }
            }
        }
        for import in &ir.imports {
            if !import.to.is_none() {
                self.link_import(import, first_var + import.to.0);
            }
        }
        for (symbol, var) in &ir.free {
            let name = self.files[file as usize].symbols[symbol.0 as usize];
            let to = first_var + var.0;
            if self.load_global(file, name, to, &mut Vec::new()) {
                continue;
            }
            let text = self.names.text(name);
            if matches!(text, "__name__" | "__file__" | "__doc__" | "__package__") {
                let class = self.names.id("builtins.str");
                let value = self.value(Value::ExternalInstance {
                    class,
                    object: None,
                });
                self.add(to, value);
            } else if is_builtin_name(text) {
                let dotted = format!("builtins.{text}");
                let name = self.names.id(&dotted);
                let value = self.value(Value::External(name));
                self.add(to, value);
            } else {
                self.add_unknown(to, Unknown::UNBOUND);
            }
        }
    }

    fn link_import(&mut self, import: &ir::ImportIr, to: Var) {
        let target = if import.binds_root {
            import.binding.target.split('.').next().unwrap_or_default()
        } else {
            import.binding.target.as_str()
        };
        let name = self.names.id(target);
        if let Some(from) = &import.from {
            let module = self.names.id(from);
            if let Some(file) = self.modules.get(&module).copied() {
                let member = target.rsplit_once('.').map_or(target, |(_, member)| member);
                let member = self.names.id(member);
                if self.load_global(file, member, to, &mut Vec::new()) {
                    return;
                }
                if !self.modules.contains_key(&name) {
                    self.add_unknown(to, Unknown::MISSING_MODULE);
                    return;
                }
            }
        }
        let value = match self.modules.get(&name) {
            Some(file) => Value::Module(*file),
            None => {
                let root = target.split('.').next().unwrap_or_default();
                let is_own = self
                    .names
                    .find(root)
                    .is_some_and(|root| self.modules.contains_key(&root));
                if is_own && target.contains('.') {
                    self.add_unknown(to, Unknown::MISSING_MODULE);
                }
                Value::External(name)
            }
        };
        let value = self.value(value);
        self.add(to, value);
    }

    fn link_ops(&mut self, file: u32) {
        let ir = self.files[file as usize].ir;
        let displays: Vec<ContainerId> = ir
            .displays
            .iter()
            .map(|display| self.new_container(display.kind))
            .collect();
        self.files[file as usize].displays = displays;
        for op in &ir.ops {
            self.link_op(file, ContextId::NONE, op);
        }
    }

    /// Starts all written calls. Before, only names and bases are known.
    pub(crate) fn start_calls(&mut self) {
        let mut started = Vec::new();
        for file in 0..self.files.len() as u32 {
            let info = &self.files[file as usize];
            let (ir, first_function, first_class) =
                (info.ir, info.first_function, info.first_class);
            let first_site = self.sites.len() as u32;
            self.files[file as usize].first_site = first_site;
            self.files[file as usize].first_invocation = self.invocations.len() as u32;
            for function in &ir.functions {
                let tails = function.modes.iter().flat_map(|modes| &modes.tails);
                self.tail_sites
                    .extend(tails.map(|tail| first_site + tail.site));
            }
            for (index, site) in ir.sites.iter().enumerate() {
                self.sites.push(Site {
                    kind: site.kind,
                    spot: Spot {
                        file,
                        function: first_function + site.function,
                        range: site.range,
                    },
                    callee_range: site.callee_range,
                    result: self.var_in(file, ContextId::NONE, site.result),
                    method: site.method.map(|(class, first)| {
                        (
                            first_class + class,
                            self.var_in(file, ContextId::NONE, first),
                        )
                    }),
                    edges: Vec::new(),
                    by_name: Vec::new(),
                    unknown: Unknown(0),
                });
                started.push(self.link_call(file, ContextId::NONE, index as u32));
            }
        }
        for (callee, invocation) in started {
            self.on(callee, Action::Call { invocation });
        }
    }

    /// Adds the call of that number in the file. Returns its callee and the invocation.
    pub(super) fn link_call(&mut self, file: u32, context: ContextId, index: u32) -> (Var, u32) {
        let info = &self.files[file as usize];
        let (ir, symbols, first_site) = (info.ir, &info.symbols, info.first_site);
        let Some(site) = ir.sites.get(index as usize) else {
            return (NONE, 0);
        };
        let own = ir
            .arguments
            .get(site.arguments.0 as usize..site.arguments.1 as usize)
            .unwrap_or_default();
        let arguments: Vec<Argument> = own
            .iter()
            .map(|argument| Argument {
                kind: match argument.kind {
                    ir::ArgumentKind::Positional => ArgumentKind::Positional,
                    ir::ArgumentKind::Star => ArgumentKind::Star,
                    ir::ArgumentKind::Keyword(name) => {
                        ArgumentKind::Keyword(symbols[name.0 as usize])
                    }
                    ir::ArgumentKind::DoubleStar => ArgumentKind::DoubleStar,
                },
                var: self.var_in(file, context, argument.var),
                range: argument.range,
            })
            .collect();
        let callee = self.var_in(file, context, site.callee);
        let result = self.var_in(file, context, site.result);
        let invocation = self.push_invocation(Invocation {
            site: first_site + index,
            arguments,
            result,
            kind: EdgeKind::Call,
            argument: None,
            context,
        });
        (callee, invocation)
    }
}
