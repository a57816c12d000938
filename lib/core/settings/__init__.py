"""Reading of settings: names of variables, models of the contexts, and values that a deployment refuses."""
