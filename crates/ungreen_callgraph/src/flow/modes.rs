//! What calls of decorators with two modes give; see `crate::lower`.

use super::action::Action;
use super::calls::{Argument, ArgumentKind};
use super::{Solver, Value, ValueId};
use crate::CallKind;
use crate::ir::{ParameterKind, TailArgument};

impl Solver<'_, '_> {
    /// The result of a call of the function. The first `skipped` parameters are bound already.
    pub(super) fn give_result(&mut self, invocation: u32, function: u32, skipped: usize) {
        let result = self.invocations[invocation as usize].result;
        let site = self.invocations[invocation as usize].site;
        let ir = self.functions[function as usize].ir;
        // A decorator that is called by another one's `return` has been told apart there.
        let Some(modes) = ir.modes.as_ref().filter(|_| !self.is_tail(site)) else {
            let returned = self.functions[function as usize].returned;
            self.edge(returned, result);
            return;
        };
        let either = self.in_file_of(function, modes.either);
        self.edge(either, result);
        let is_decorator = self.sites[site as usize].kind == CallKind::Decorate
            && self.invocations[invocation as usize].argument.is_none();
        if is_decorator {
            self.give_applied(invocation, function, skipped);
            return;
        }
        let first = self.first_argument(invocation, function, skipped);
        let by_star = self.invocations[invocation as usize]
            .arguments
            .iter()
            .any(|argument| matches!(argument.kind, ArgumentKind::Star | ArgumentKind::DoubleStar));
        match first {
            Some(first) if first.var != super::NONE => {
                let skipped = skipped as u32;
                self.on(
                    first.var,
                    Action::Mode {
                        invocation,
                        function,
                        skipped,
                    },
                );
            }
            None if by_star => {
                self.give_applied(invocation, function, skipped);
                self.give_configured(invocation, function);
            }
            _ => self.give_configured(invocation, function),
        }
    }

    fn in_file_of(&self, function: u32, var: crate::ir::Var) -> super::Var {
        let file = self.functions[function as usize].file;
        self.files[file as usize].first_var + var.0
    }

    fn is_tail(&self, site: u32) -> bool {
        self.tail_sites.contains(&site)
    }

    fn first_argument(&self, invocation: u32, function: u32, skipped: usize) -> Option<Argument> {
        let parameter = self.functions[function as usize].parameters.get(skipped)?;
        self.argument(invocation, 0, None).or_else(|| {
            self.invocations[invocation as usize]
                .arguments
                .iter()
                .find(|argument| argument.kind == ArgumentKind::Keyword(parameter.name))
                .copied()
        })
    }

    /// The first argument may be that value.
    pub(super) fn mode(&mut self, invocation: u32, function: u32, skipped: u32, id: ValueId) {
        let (applied, configured) = match self.values.get(id) {
            Value::Function(_)
            | Value::Bound { .. }
            | Value::Partial(_)
            | Value::StaticMethod(_)
            | Value::ClassMethod(_)
            | Value::Property(_) => (true, false),
            Value::Class(_) | Value::External(_) | Value::ExternalBound { .. } => (true, true),
            _ => (false, true),
        };
        if applied {
            self.give_applied(invocation, function, skipped as usize);
        }
        if configured {
            self.give_configured(invocation, function);
        }
    }

    /// Nothing is known of the first argument.
    pub(super) fn mode_unknown(&mut self, invocation: u32, function: u32, skipped: u32) {
        self.give_applied(invocation, function, skipped as usize);
        self.give_configured(invocation, function);
    }

    fn give_configured(&mut self, invocation: u32, function: u32) {
        let result = self.invocations[invocation as usize].result;
        if let Some(modes) = &self.functions[function as usize].ir.modes {
            let configured = self.in_file_of(function, modes.configured);
            self.edge(configured, result);
        }
    }

    fn give_applied(&mut self, invocation: u32, function: u32, skipped: usize) {
        if !self.applied_calls.insert((invocation, function)) {
            return;
        }
        let result = self.invocations[invocation as usize].result;
        let info = &self.functions[function as usize];
        let (ir, file) = (info.ir, info.file);
        let Some(modes) = &ir.modes else { return };
        let applied = self.in_file_of(function, modes.applied);
        self.edge(applied, result);
        for tail in &modes.tails {
            let own = self.files[file as usize].first_invocation + tail.site;
            let site = self.invocations[own as usize].site;
            let mut arguments = self.invocations[own as usize].arguments.clone();
            for (argument, from) in arguments.iter_mut().zip(&tail.arguments) {
                let given = match *from {
                    TailArgument::Own => None,
                    TailArgument::Parameter(index) => {
                        self.given_to(invocation, function, skipped, index as usize)
                    }
                    TailArgument::Vararg(position) => {
                        let before = self.functions[function as usize]
                            .parameters
                            .iter()
                            .filter(|parameter| {
                                matches!(
                                    parameter.kind,
                                    ParameterKind::PositionalOnly | ParameterKind::Normal
                                )
                            })
                            .count()
                            .saturating_sub(skipped);
                        self.argument(invocation, before + position as usize, None)
                    }
                };
                if let Some(given) = given {
                    argument.var = given.var;
                }
            }
            let derived = self.push_invocation(super::Invocation {
                site,
                arguments,
                result,
                kind: crate::EdgeKind::Call,
                argument: None,
                context: self.invocations[invocation as usize].context,
            });
            let callee = self.tail_callee(file, tail.site);
            self.on(
                callee,
                Action::Call {
                    invocation: derived,
                },
            );
        }
    }

    fn tail_callee(&self, file: u32, site: u32) -> super::Var {
        let info = &self.files[file as usize];
        match info.ir.sites.get(site as usize) {
            Some(site) if !site.callee.is_none() => info.first_var + site.callee.0,
            _ => super::NONE,
        }
    }

    /// The argument that fills the parameter, if it is written out.
    fn given_to(
        &self,
        invocation: u32,
        function: u32,
        skipped: usize,
        index: usize,
    ) -> Option<Argument> {
        let parameter = self.functions[function as usize].parameters.get(index)?;
        let by_name = self.invocations[invocation as usize]
            .arguments
            .iter()
            .find(|argument| argument.kind == ArgumentKind::Keyword(parameter.name))
            .copied();
        by_name.or_else(|| {
            let position = index.checked_sub(skipped)?;
            matches!(
                parameter.kind,
                ParameterKind::PositionalOnly | ParameterKind::Normal
            )
            .then(|| self.argument(invocation, position, None))?
        })
    }
}
