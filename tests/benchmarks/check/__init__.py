"""How fast the check is, and how exact: our engines beside others', on generated railway data with known faults."""
