// Links the window operator into a module: the attribute in WindowOperators exports it.
