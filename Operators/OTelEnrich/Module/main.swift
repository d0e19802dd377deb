// Links the otel-enrich operator into a module: the attribute in OTelEnrichOperators exports it.
