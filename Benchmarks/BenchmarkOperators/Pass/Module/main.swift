// Links the operators into a module: the attributes in PassOperators export them.
