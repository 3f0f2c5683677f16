//! Lambdas that suspend: those that only hand on a coroutine stay, others become local functions.

use ruff_text_size::TextRange;
use ungreen_callgraph::{CallKind, FuncId, FunctionKind};

use crate::coloring::{Coloring, direct_targets};

impl Coloring<'_> {
    /// `lambda: fetch(url)` hands the coroutine to whoever calls the lambda.
    pub(crate) fn is_pass_through(&self, lambda: FuncId) -> bool {
        let program = self.input.program;
        let facts = &program.functions[lambda.0 as usize];
        let Some(syntax) = self.syntax.get(facts.file.0 as usize) else {
            return false;
        };
        let is_body = |range: TextRange| syntax.lambda_bodies.get(&range) == Some(&facts.range);
        let mut hands_on = false;
        for call in &self.calls_by_caller[lambda.0 as usize] {
            let site = &program.calls[call.0 as usize];
            let suspends = direct_targets(site).any(|target| {
                let is_coroutine = self.colored[target.0 as usize]
                    || program.functions[target.0 as usize].is_async;
                is_coroutine && self.suspends_caller(site, target)
            });
            if !suspends {
                continue;
            }
            if site.kind != CallKind::Call
                || !is_body(site.range)
                || direct_targets(site).any(|target| self.consumes_at_once(site, target))
            {
                return false;
            }
            hands_on = true;
        }
        let proposals = self.proposals_by_function.get(&lambda);
        for index in proposals.map_or(&[][..], Vec::as_slice) {
            if !self.active[*index] {
                continue;
            }
            let needs = &self.proposal(*index).needs;
            if needs.suspends || !needs.async_with.is_empty() || !needs.async_for.is_empty() {
                return false;
            }
            for range in &needs.awaits {
                if !is_body(*range) {
                    return false;
                }
                hands_on = true;
            }
        }
        hands_on
    }

    /// A local `async def` can stand for the lambda.
    pub(crate) fn can_be_named(&self, lambda: FuncId) -> bool {
        let facts = &self.input.program.functions[lambda.0 as usize];
        !facts.is_generator
            && self
                .syntax
                .get(facts.file.0 as usize)
                .is_some_and(|syntax| syntax.nameable_lambdas.contains(&facts.range))
    }

    /// The lambda becomes a local `async def`.
    pub(crate) fn is_named_lambda(&self, function: FuncId) -> bool {
        let facts = &self.input.program.functions[function.0 as usize];
        facts.kind == FunctionKind::Lambda
            && self.colored[function.0 as usize]
            && !self.is_pass_through(function)
    }
}
