// Links the operators into a module: the attributes in CelsiusOperators export them.
