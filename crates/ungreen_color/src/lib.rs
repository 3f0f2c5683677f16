//! Coloring, families, pins, boundaries and the Plan.
