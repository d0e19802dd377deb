// Links the humidity operator into a module: the attribute in HumidityOperators exports it.
