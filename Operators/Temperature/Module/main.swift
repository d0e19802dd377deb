// Links the temperature operators into a module: the attributes in TemperatureOperators export them.
