//! Functions, classes, lambdas.

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

use super::scope::Bindings;
use super::{Lowerer, ScopeKind};
use crate::ir::{
    AnnotatedIr, ArgumentIr, ArgumentKind, ClassIr, Constant, DecoratorIr, FunctionIr, Op,
    ParameterIr, ParameterKind, Subject, Var,
};
use crate::{CallKind, FunctionKind};

/// Of one parameter, evaluated where the function is defined.
struct Evaluated {
    default: Var,
    has_default: bool,
    annotation: Var,
}

impl<'a> Lowerer<'a> {
    pub(super) fn function_def(&mut self, node: &'a ast::StmtFunctionDef) {
        let decorators = self.decorators(&node.decorator_list);
        let evaluated = self.evaluate_parameters(&node.parameters);
        let declared = match &node.returns {
            Some(returns) => self.annotation(returns),
            None => Var::NONE,
        };
        let class = self.class_scope();
        let qualname = self.qualname(&node.name.id);
        let start = self.mark();
        let index = self.push_function(&node.name.id, qualname, FunctionKind::Def, node.range());
        let line = self.line(node.name.range().start());
        let is_static = node.name.id == "__new__"
            || decorators
                .iter()
                .any(|decorator| decorator.text == "staticmethod");
        if let Some(function) = self.ir.functions.get_mut(index as usize) {
            function.class = class;
            function.name_range = node.name.range();
            function.declared = declared;
            function.line = line;
            function.is_async = node.is_async;
            function.is_stub = node.body.iter().all(is_nothing);
        }
        if let Some(class) = class {
            let name = self.symbol(&node.name.id);
            if let Some(class) = self.ir.classes.get_mut(class as usize) {
                class.methods.insert(name, index);
            }
        }
        let mut bindings = Bindings::default();
        self.bind_parameters(&node.parameters, &mut bindings);
        bindings.body(&node.body);
        self.push_scope(ScopeKind::Function, index, &bindings);
        self.parameters(index, &node.parameters, &evaluated);
        self.annotated(index, node);
        self.type_parameters(node.type_params.as_deref());
        self.start_modes(index, node);
        self.body(&node.body);
        self.scopes.pop();
        self.finish_extent(index, &start);

        let value = self.constant(Constant::Function(index));
        let value = self.apply_decorators(value, &decorators, node.name.range(), is_static);
        if let Some(function) = self.ir.functions.get_mut(index as usize) {
            function.decorators = decorators;
        }
        let to = self.bind(&node.name.id);
        self.copy(value, to);
    }

    /// The annotations of a function's parameters and of what it returns.
    fn annotated(&mut self, index: u32, node: &'a ast::StmtFunctionDef) {
        for (position, parameter) in (0..).zip(&*node.parameters) {
            if let Some(annotation) = parameter.annotation() {
                let subject = Subject::Parameter(index, position);
                self.ir.annotated.push(AnnotatedIr {
                    annotation,
                    subject,
                });
            }
        }
        if let Some(annotation) = node.returns.as_deref() {
            let subject = Subject::Returned(index);
            self.ir.annotated.push(AnnotatedIr {
                annotation,
                subject,
            });
        }
    }

    pub(super) fn class_def(&mut self, node: &'a ast::StmtClassDef) {
        let decorators = self.decorators(&node.decorator_list);
        let mut bases = Vec::new();
        let mut base_names = Vec::new();
        if let Some(arguments) = &node.arguments {
            for base in &arguments.args {
                let value = self.expression(base);
                bases.push((base.range(), value));
                base_names.push(match base {
                    ast::Expr::Name(name) => Some(name.id.as_str()),
                    ast::Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
                    _ => None,
                });
            }
            for keyword in &arguments.keywords {
                self.expression(&keyword.value);
            }
        }
        let qualname = self.qualname(&node.name.id);
        let body = self.push_function(
            &node.name.id,
            qualname.clone(),
            FunctionKind::ClassBody,
            node.range(),
        );
        let line = self.line(node.name.range().start());
        if let Some(function) = self.ir.functions.get_mut(body as usize) {
            function.line = line;
        }
        let class = self.ir.classes.len() as u32;
        self.ir.classes.push(ClassIr {
            name: &node.name.id,
            qualname,
            range: node.range(),
            name_range: node.name.range(),
            body,
            bases,
            base_names,
            is_decorated: !node.decorator_list.is_empty(),
            namespace: Default::default(),
            instance_attributes: Vec::new(),
            annotated: Vec::new(),
            methods: Default::default(),
        });
        let bindings = Bindings::of(&node.body);
        self.push_scope(ScopeKind::Class(class), body, &bindings);
        self.type_parameters(node.type_params.as_deref());
        // A class body may set names that its methods read through the class.
        let names: Vec<_> = bindings.order.clone();
        for name in names {
            let symbol = self.symbol(name);
            if let Some(var) = self
                .scopes
                .last()
                .and_then(|scope| scope.names.get(name))
                .map(|binding| binding.var)
                && let Some(class) = self.ir.classes.get_mut(class as usize)
            {
                class.namespace.insert(symbol, var);
            }
        }
        self.body(&node.body);
        self.scopes.pop();
        let value = self.constant(Constant::Class(class));
        let value = self.apply_decorators(value, &decorators, node.name.range(), false);
        let to = self.bind(&node.name.id);
        self.copy(value, to);
    }

    pub(super) fn lambda(&mut self, node: &'a ast::ExprLambda) -> Var {
        let evaluated = node
            .parameters
            .as_deref()
            .map(|parameters| self.evaluate_parameters(parameters));
        *self.lambdas.entry(self.function()).or_insert(0) += 1;
        let qualname = self.qualname("<lambda>");
        let index = self.push_function("<lambda>", qualname, FunctionKind::Lambda, node.range());
        let line = self.line(node.range().start());
        let class = self.class_scope();
        if let Some(function) = self.ir.functions.get_mut(index as usize) {
            function.line = line;
            function.class = class;
        }
        let mut bindings = Bindings::default();
        if let Some(parameters) = node.parameters.as_deref() {
            self.bind_parameters(parameters, &mut bindings);
        }
        self.push_scope(ScopeKind::Function, index, &bindings);
        if let (Some(parameters), Some(evaluated)) = (node.parameters.as_deref(), &evaluated) {
            self.parameters(index, parameters, evaluated);
        }
        let value = self.expression(&node.body);
        if let Some(returned) = self
            .ir
            .functions
            .get(index as usize)
            .map(|function| function.returned)
        {
            self.copy(value, returned);
        }
        self.scopes.pop();
        self.constant(Constant::Function(index))
    }

    fn push_function(
        &mut self,
        name: &'a str,
        qualname: String,
        kind: FunctionKind,
        range: TextRange,
    ) -> u32 {
        let returned = self.var();
        let yielded = self.var();
        let index = self.ir.functions.len() as u32;
        self.ir.functions.push(FunctionIr {
            name,
            qualname,
            kind,
            parent: Some(self.function()),
            class: None,
            range,
            name_range: TextRange::empty(range.start()),
            line: 0,
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
        index
    }

    /// The class in whose body the place is directly.
    fn class_scope(&self) -> Option<u32> {
        match self.scopes.last().map(|scope| scope.kind) {
            Some(ScopeKind::Class(class)) => Some(class),
            _ => None,
        }
    }

    /// Python's `__qualname__` for a definition here.
    fn qualname(&self, name: &str) -> String {
        let Some(function) = self.ir.functions.get(self.function() as usize) else {
            return name.to_owned();
        };
        match function.kind {
            FunctionKind::Module => name.to_owned(),
            FunctionKind::ClassBody => format!("{}.{name}", function.qualname),
            FunctionKind::Def | FunctionKind::Lambda => {
                format!("{}.<locals>.{name}", function.qualname)
            }
        }
    }

    fn evaluate_parameters(&mut self, parameters: &'a ast::Parameters) -> Vec<Evaluated> {
        parameters
            .iter()
            .map(|parameter| {
                let default = match parameter.default() {
                    Some(default) => self.expression(default),
                    None => Var::NONE,
                };
                let annotation = match parameter.annotation() {
                    Some(annotation) => self.annotation(annotation),
                    None => Var::NONE,
                };
                Evaluated {
                    default,
                    has_default: parameter.default().is_some(),
                    annotation,
                }
            })
            .collect()
    }

    fn bind_parameters(&self, parameters: &'a ast::Parameters, bindings: &mut Bindings<'a>) {
        for parameter in parameters {
            bindings.bind(&parameter.name().id);
        }
    }

    fn parameters(&mut self, index: u32, parameters: &'a ast::Parameters, evaluated: &[Evaluated]) {
        let kinds =
            std::iter::repeat_n(ParameterKind::PositionalOnly, parameters.posonlyargs.len())
                .chain(std::iter::repeat_n(
                    ParameterKind::Normal,
                    parameters.args.len(),
                ))
                .chain(parameters.vararg.iter().map(|_| ParameterKind::Vararg))
                .chain(std::iter::repeat_n(
                    ParameterKind::KeywordOnly,
                    parameters.kwonlyargs.len(),
                ))
                .chain(parameters.kwarg.iter().map(|_| ParameterKind::Kwarg));
        for ((position, (parameter, kind)), evaluated) in
            parameters.iter().zip(kinds).enumerate().zip(evaluated)
        {
            let text: &'a str = &parameter.name().id;
            let name = self.symbol(text);
            let var = self.var();
            let Some(scope) = self.scopes.last_mut() else {
                return;
            };
            let Some(binding) = scope.names.get_mut(text) else {
                continue;
            };
            // The parameter's own variable is what the name denotes until it is bound again.
            if binding.versioned {
                let merged = binding.var;
                scope.versions.insert(text, var);
                self.op(Op::Copy {
                    from: var,
                    to: merged,
                });
            } else {
                binding.parameter = u32::try_from(position).ok();
                binding.var = var;
            }
            self.copy(evaluated.default, var);
            if let Some(function) = self.ir.functions.get_mut(index as usize) {
                function.parameters.push(ParameterIr {
                    name,
                    var,
                    kind,
                    default: evaluated.default,
                    has_default: evaluated.has_default,
                    annotation: evaluated.annotation,
                });
            }
        }
    }

    fn type_parameters(&mut self, parameters: Option<&'a ast::TypeParams>) {
        for parameter in parameters
            .into_iter()
            .flat_map(|parameters| &parameters.type_params)
        {
            let name = match parameter {
                ast::TypeParam::TypeVar(node) => &node.name,
                ast::TypeParam::TypeVarTuple(node) => &node.name,
                ast::TypeParam::ParamSpec(node) => &node.name,
            };
            let var = self.var();
            if let Some(scope) = self.scopes.last_mut() {
                scope.bound.insert(&name.id);
                scope.names.entry(&name.id).or_insert(super::Binding {
                    var,
                    versioned: false,
                    parameter: None,
                });
            }
        }
    }

    fn decorators(&mut self, decorators: &'a [ast::Decorator]) -> Vec<DecoratorIr> {
        decorators
            .iter()
            .map(|decorator| {
                let value = self.expression(&decorator.expression);
                let named = match &decorator.expression {
                    ast::Expr::Call(call) => call.func.as_ref(),
                    other => other,
                };
                let text = self
                    .source
                    .get(named.range().to_std_range())
                    .unwrap_or_default()
                    .to_owned();
                DecoratorIr {
                    range: decorator.expression.range(),
                    value,
                    text,
                }
            })
            .collect()
    }

    fn apply_decorators(
        &mut self,
        value: Var,
        decorators: &[DecoratorIr],
        name: TextRange,
        is_static: bool,
    ) -> Var {
        let mut value = value;
        let implicit_static = is_static
            && !decorators
                .iter()
                .any(|decorator| decorator.text == "staticmethod");
        for decorator in decorators.iter().rev() {
            let argument = ArgumentIr {
                kind: ArgumentKind::Positional,
                var: value,
                range: name,
            };
            value = self.site(
                CallKind::Decorate,
                decorator.range,
                decorator.range,
                decorator.value,
                &[argument],
            );
        }
        if implicit_static {
            let to = self.var();
            self.op(Op::Static { from: value, to });
            value = to;
        }
        value
    }
}

/// A statement of a body that only stands for others: `...`, `pass`, a docstring, `raise NotImplementedError`.
fn is_nothing(statement: &ast::Stmt) -> bool {
    match statement {
        ast::Stmt::Pass(_) => true,
        ast::Stmt::Expr(statement) => matches!(
            *statement.value,
            ast::Expr::EllipsisLiteral(_) | ast::Expr::StringLiteral(_)
        ),
        ast::Stmt::Raise(raise) => {
            let raised = match raise.exc.as_deref() {
                Some(ast::Expr::Call(call)) => Some(&*call.func),
                other => other,
            };
            matches!(raised, Some(ast::Expr::Name(name)) if name.id == "NotImplementedError")
        }
        _ => false,
    }
}

trait StdRange {
    fn to_std_range(self) -> std::ops::Range<usize>;
}

impl StdRange for TextRange {
    fn to_std_range(self) -> std::ops::Range<usize> {
        self.start().into()..self.end().into()
    }
}
