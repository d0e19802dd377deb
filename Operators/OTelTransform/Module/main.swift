// Links the otel-transform operator into a module: the attribute in OTelTransformOperators exports it.
