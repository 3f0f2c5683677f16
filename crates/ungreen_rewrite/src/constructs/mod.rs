//! What is offered at each place: one file a construct.
//!
//! Constructs run in a fixed order, the more specific before the more general. Each takes the places that it speaks for
//! ([`Context::claim`]), so that the next ones leave them alone; the last one names what nobody took.

mod adapters;
mod alone;
mod arguments;
mod awaitables;
mod bridges;
mod call_index;
mod class_contexts;
mod class_iterators;
mod cleanups;
mod components;
mod context;
mod context_managers;
mod datagrams;
mod denotation;
mod exit_stacks;
mod exports;
mod factories;
mod factory_split;
mod fastapi;
mod fastapi_views;
mod features;
mod flask;
mod foreign_tests;
mod green_modules;
mod handed_over;
mod hub;
mod hub_timers;
mod in_threads;
mod interrupts;
mod iteration;
mod layout;
mod leftover;
mod listening;
mod mapped;
mod methods;
mod mock_attributes;
mod mocks;
mod monkey_patch;
mod object_facts;
mod object_items;
mod object_sets;
mod objects;
mod offload;
mod optional_import;
mod patcher;
mod patching;
mod plain;
mod properties;
mod proposals;
mod pytest;
mod real_waits;
mod renamed;
mod serving;
mod short_circuits;
mod signals;
mod sleep;
mod standalone;
mod stream_clients;
mod stream_handler;
mod stream_listening;
mod stream_uses;
mod streams;
mod tasks;
mod thread_policy;
mod timed_try;
mod timeouts;
mod unittest;
mod unpatched;
mod url_errors;
mod url_responses;
mod urlopen;
mod websocket;
mod websocket_uses;
mod websocket_wsgi;
mod wsgi_handler;
mod wsgi_server;
mod wsgi_tls;

use ungreen_callgraph::{Module, Program};
use ungreen_color::Proposal;

pub use adapters::class_named;
pub use arguments::{Bound, arguments_from, bind, bind_values, is_primary, literal_number};
pub use context::{Config, Context, EntryCall, FlaskTarget, Stage};
pub(crate) use green_modules::stands_for;
pub use patching::{Patched, flags_of};
pub use proposals::{asyncio, edit, exact, in_group, manual, source, text, with_difference};

type Construct = fn(&mut Context<'_>) -> Vec<Proposal>;

/// The constructs of a full migration, in their order.
const FULL: &[Construct] = &[
    flask::propose,
    websocket::propose,
    wsgi_server::propose,
    context_managers::propose,
    thread_policy::propose,
    class_contexts::propose,
    factories::propose,
    properties::propose,
    class_iterators::propose,
    mapped::propose,
    adapters::propose,
    features::propose,
    mocks::propose,
    mock_attributes::propose,
    interrupts::propose,
    short_circuits::propose,
    real_waits::propose,
    sleep::propose,
    renamed::propose,
    optional_import::propose,
    exports::propose,
    monkey_patch::propose,
    patcher::propose,
    hub_timers::propose,
    signals::propose,
    timeouts::propose,
    plain::propose,
    bridges::propose,
    awaitables::propose,
    streams::propose,
    tasks::propose,
    objects::propose,
    urlopen::propose,
    offload::propose,
    unittest::propose,
    pytest::propose,
    foreign_tests::propose,
    green_modules::propose,
    leftover::propose,
];

const HUB: &[Construct] = &[hub::propose];

/// Every proposal for the program, in the fixed order of constructs and then of places.
///
/// Proposals whose edits cannot be had together are among them: see [`crate::conflicts`].
#[must_use]
pub fn propose(program: &Program, modules: &[Module<'_>], config: &Config) -> Vec<Proposal> {
    let mut context = Context::new(program, modules, config);
    let constructs = match config.stage {
        Stage::Hub => HUB,
        Stage::Full => FULL,
    };
    let mut proposals = Vec::new();
    if config.one_unit && config.stage == Stage::Full {
        proposals.extend(hub::propose(&mut context).into_iter().map(for_bridges));
    }
    for construct in constructs {
        proposals.extend(construct(&mut context));
    }
    proposals
}

fn for_bridges(mut proposal: Proposal) -> Proposal {
    proposal.needs.for_bridges = true;
    proposal
}
