// Links the opc-ua operator into a module: the attribute in OPCUAOperators exports it.
