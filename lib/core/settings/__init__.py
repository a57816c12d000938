"""How settings are read: names of variables, models of the contexts, and what a deployment refuses to start with."""
