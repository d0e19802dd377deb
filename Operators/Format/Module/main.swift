// Links the format operator into a module: the attributes in FormatOperators export it.
