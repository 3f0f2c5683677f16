"""An inventory with a public face and one for the staff."""
