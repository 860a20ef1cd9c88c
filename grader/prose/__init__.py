"""Words of an answer that change what is said: denials, hedges, bounds, operations, scopes and units."""
