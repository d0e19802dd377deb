// Links the viconverter operator into a module: the attribute in VIConverterOperators exports it.
