"""Names of units: folding and matching inside one tree of units."""
