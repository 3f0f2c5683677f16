//! Text, concise and JSON views of the Plan.
