// Links the schema filter into a module: the attribute in SchemaFilterOperators exports it.
