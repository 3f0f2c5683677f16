//! The units of a Plan and what blocks them, as a graph.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::plan::PlanReport;
use crate::table::count;

/// Units that have something to migrate, in the order of work, and the blockers that are in them.
struct Graph {
    /// Number of the unit, and its label as lines.
    units: Vec<(usize, [String; 2])>,
    blockers: Vec<(usize, [String; 2])>,
    /// `(unit, blocker)`.
    blocked: BTreeSet<(usize, usize)>,
    /// How many coroutines are in a unit and in a later one, with no unit between the two that has them as well.
    shared: BTreeMap<(usize, usize), usize>,
}

impl Graph {
    fn new(report: &PlanReport) -> Self {
        let mut graph = Self {
            units: Vec::new(),
            blockers: Vec::new(),
            blocked: BTreeSet::new(),
            shared: BTreeMap::new(),
        };
        let mut last_with: BTreeMap<&str, usize> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for (number, unit) in report.units.iter().enumerate() {
            if unit.coroutines.is_empty() && unit.blockers.is_empty() {
                continue;
            }
            let what = format!(
                "{}, {}",
                count(unit.functions, "function"),
                count(unit.coroutines.len(), "coroutine")
            );
            graph.units.push((number, [unit.entry.clone(), what]));
            for coroutine in &unit.coroutines {
                if let Some(before) = last_with.insert(coroutine, number)
                    && before != number
                {
                    *graph.shared.entry((before, number)).or_default() += 1;
                }
            }
            for blocker in &unit.blockers {
                graph.blocked.insert((number, *blocker));
                if let Some(view) = report.blockers.get(*blocker)
                    && seen.insert(*blocker)
                {
                    let lines = [format!("{} {}", view.code, view.place), view.reason.clone()];
                    graph.blockers.push((*blocker, lines));
                }
            }
        }
        graph
    }
}

impl PlanReport {
    /// The units in the language of Graphviz. An arrow from a unit to one that comes later in the order of work: they share coroutines.
    #[must_use]
    pub fn graphviz(&self) -> String {
        let quoted = |lines: &[String]| {
            let lines: Vec<String> = lines
                .iter()
                .map(|line| line.replace('\\', "\\\\").replace('"', "\\\""))
                .collect();
            format!("\"{}\"", lines.join("\\n"))
        };
        let graph = Graph::new(self);
        let mut text = String::from("digraph units {\n  rankdir=LR;\n  node [shape=box];\n");
        for (number, lines) in &graph.units {
            let _ = writeln!(text, "  unit{number} [label={}];", quoted(lines));
        }
        for (number, lines) in &graph.blockers {
            let _ = writeln!(
                text,
                "  blocker{number} [shape=note, label={}];",
                quoted(lines)
            );
        }
        for (unit, blocker) in &graph.blocked {
            let _ = writeln!(text, "  unit{unit} -> blocker{blocker} [style=dashed];");
        }
        for ((before, after), number) in &graph.shared {
            let label = quoted(&[count(*number, "coroutine")]);
            let _ = writeln!(text, "  unit{before} -> unit{after} [label={label}];");
        }
        text.push_str("}\n");
        text
    }

    /// The same graph in Mermaid's language.
    #[must_use]
    pub fn mermaid(&self) -> String {
        // What Mermaid would take for markup is written as an entity.
        let quoted = |lines: &[String]| {
            let escaped = |line: &String| {
                line.chars().fold(String::new(), |mut text, letter| {
                    match letter {
                        '"' | '#' | '<' | '>' | '&' | '`' | '|' => {
                            let _ = write!(text, "#{};", u32::from(letter));
                        }
                        _ => text.push(letter),
                    }
                    text
                })
            };
            let lines: Vec<String> = lines.iter().map(escaped).collect();
            format!("\"{}\"", lines.join("<br>"))
        };
        let graph = Graph::new(self);
        let mut text = String::from("flowchart LR\n");
        for (number, lines) in &graph.units {
            let _ = writeln!(text, "  unit{number}[{}]", quoted(lines));
        }
        for (number, lines) in &graph.blockers {
            let _ = writeln!(text, "  blocker{number}({})", quoted(lines));
        }
        for (unit, blocker) in &graph.blocked {
            let _ = writeln!(text, "  unit{unit} -.-> blocker{blocker}");
        }
        for ((before, after), number) in &graph.shared {
            let label = quoted(&[count(*number, "coroutine")]);
            let _ = writeln!(text, "  unit{before} -->|{label}| unit{after}");
        }
        text
    }
}
