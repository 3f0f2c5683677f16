//! Which functions have their calls told apart, and what belongs to them.
//!
//! A function that calls one of its parameters, or hands several of them on together, relates them to one another:
//! `def run(function, *args): return function(*args)`. If its calls were taken together, every function would get the
//! arguments of every other one.

use super::Lowerer;
use crate::ir::{ArgumentIr, ArgumentKind, Extent, FunctionIr, ParameterKind, SiteIr, Var};

/// A function with more variables is not told apart.
const VARS: u32 = 600;

/// How much of the file was lowered before a function.
pub(super) struct Mark {
    vars: u32,
    functions: u32,
    displays: u32,
    ops: usize,
    sites: usize,
    classes: usize,
}

impl Lowerer<'_> {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            vars: self.ir.vars,
            functions: self.ir.functions.len() as u32,
            displays: self.ir.displays.len() as u32,
            ops: self.ir.ops.len(),
            sites: self.ir.sites.len(),
            classes: self.ir.classes.len(),
        }
    }

    pub(super) fn finish_extent(&mut self, index: u32, start: &Mark) {
        let extent = Extent {
            vars: start.vars..self.ir.vars,
            functions: start.functions..self.ir.functions.len() as u32,
            displays: start.displays..self.ir.displays.len() as u32,
            ops: start.ops..self.ir.ops.len(),
            sites: start.sites..self.ir.sites.len(),
        };
        let sites = self.ir.sites.get(extent.sites.clone()).unwrap_or_default();
        let inner = self
            .ir
            .functions
            .get(start.functions as usize..)
            .unwrap_or_default();
        let is_plain = self.ir.classes.len() == start.classes
            && extent.vars.len() as u32 <= VARS
            && inner.iter().all(|function| function.modes.is_none());
        let relates = inner
            .first()
            .is_some_and(|function| sites.iter().any(|site| self.relates(function, site)));
        if is_plain
            && relates
            && let Some(function) = self.ir.functions.get_mut(index as usize)
        {
            function.extent = Some(extent);
        }
    }

    /// The call relates parameters of the function: `function(…)`, `pool.spawn(function, *args)`.
    fn relates(&self, function: &FunctionIr<'_>, site: &SiteIr) -> bool {
        let own = function
            .parameters
            .get(usize::from(function.class.is_some())..);
        let own = own.unwrap_or_default();
        let is_own = |var: Var| own.iter().any(|parameter| parameter.var == var);
        if is_own(site.callee) {
            return true;
        }
        let arguments = self
            .ir
            .arguments
            .get(site.arguments.0 as usize..site.arguments.1 as usize)
            .unwrap_or_default();
        let gathers = |argument: &&ArgumentIr| {
            matches!(argument.kind, ArgumentKind::Star | ArgumentKind::DoubleStar)
                || own.iter().any(|parameter| {
                    parameter.var == argument.var
                        && matches!(parameter.kind, ParameterKind::Vararg | ParameterKind::Kwarg)
                })
        };
        let mut given = arguments.iter().filter(|argument| is_own(argument.var));
        given.clone().any(|argument| gathers(&argument))
            && given.any(|argument| !gathers(&argument))
    }
}
