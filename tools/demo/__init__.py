"""``make demo``: the whole product on one machine, to look at or to be driven and checked."""
